// What is typed before the field is there for it: a sheet takes frames to appear and to give its
// field the caret, and a practised hand does not wait for them.
// Threads: main thread only.
#pragma once

#include "ui/core/shortcuts.h"

#include <functional>
#include <vector>

struct ImGuiInputEvent;

namespace grokscope::ui {

class TypeAhead {
public:
    TypeAhead();
    ~TypeAhead();
    TypeAhead(const TypeAhead&) = delete; // its events are of one ImGui
    TypeAhead& operator=(const TypeAhead&) = delete;

    /// Before ImGui's frame begins: those of `presses` to act on now. Behind one whose action
    /// `opens` a sheet with a field that takes the caret, presses, keys and text are kept, from
    /// ImGui too, and come once a field has the caret, or soon where none gets it.
    [[nodiscard]] std::vector<KeyPress> let_through(std::vector<KeyPress> presses,
                                                    const std::function<bool(Action)>& opens);
    /// Something is kept, or will be: frames have to be drawn.
    [[nodiscard]] bool waits() const { return frames_left_ > 0; }

private:
    /// Frames after which no field is to be expected.
    static constexpr int kPatience = 8;

    void keep_behind(std::vector<KeyPress>& presses, std::size_t opener);
    void keep_events_from(int first);
    void release();

    std::vector<KeyPress> presses_;
    std::vector<ImGuiInputEvent> events_;
    int frames_left_ = 0;
};

} // namespace grokscope::ui
