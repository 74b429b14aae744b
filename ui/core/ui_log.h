// --ui-log: one JSON line per event, so that tests click where things are and assert on facts.
// Threads: main thread only.
#pragma once

#include "engine/protocol/event.h"
#include "ui/core/command_sink.h"
#include "ui/core/rect.h"
#include "ui/core/view_state.h"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace grokscope::ui {

/// Takes one line, with its end; others see it at once.
using TakeLine = std::function<void(const std::string&)>;

/// Each line has "t" (seconds since the log was opened) and "event". Things that have a state
/// (rectangles, axes, cursor) are written when they change.
class UiLog {
public:
    /// An empty function: writes nowhere.
    explicit UiLog(TakeLine take = {});

    [[nodiscard]] bool on() const { return static_cast<bool>(take_); }

    void command(const Command& command);
    void event(const Event& event);
    /// A control or picture, by its name; `enabled` is false when it cannot be used now.
    void control(std::string_view name, const Rect& rect, bool enabled = true);
    /// The control that keyboard navigation stands on in this frame.
    void focused(std::string_view name) { focused_ = name; }
    /// The control whose tooltip is shown in this frame.
    void tooltip(std::string_view name) { tooltip_ = name; }
    /// At the end of a frame: where the focus stands, "?" on an item that no control described,
    /// "" while the ring is not shown; and the tooltip, "" when there is none.
    void end_focus(bool ring_shown);
    void axis(std::string_view plot, double x_min, double x_max, double y_min, double y_max,
              bool follow);
    void cursor(const EpochCursor& cursor, std::int32_t epoch);
    /// Newest evaluated epoch of a run.
    void progress(RunId run, std::int32_t epoch, double test_accuracy);
    /// A frame was drawn: its number and milliseconds of work, the swap left out; of these, those
    /// until all panels were described, before ImGui's picture is drawn; and whether it was the
    /// first frame after input.
    void frame(std::uint64_t number, double milliseconds, double panels, bool input);
    /// Anything else, as one word and a value.
    void note(std::string_view what, std::string_view value);
    /// The same for what has a state: written when it changes.
    void fact(std::string_view what, std::string_view value);

private:
    void write_line(std::string line);
    /// True when `line` differs from the last one under this key.
    [[nodiscard]] bool changed(const std::string& key, const std::string& line);

    TakeLine take_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::map<std::string, std::string, std::less<>> last_;
    std::string focused_;
    std::string tooltip_;
};

} // namespace grokscope::ui
