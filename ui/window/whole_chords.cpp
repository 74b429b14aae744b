#include "ui/window/whole_chords.h"

#include "ui/window/input_queue.h"

#include <algorithm>

namespace grokscope::ui {

namespace {

bool is_modifier(ImGuiKey key) {
    return (key & ImGuiMod_Mask_) != 0 || (key >= ImGuiKey_LeftCtrl && key <= ImGuiKey_RightSuper);
}

} // namespace

WholeChords::WholeChords() {
    bool pressed = false;
    const auto first = std::ranges::find_if(input_queue(), [&](const ImGuiInputEvent& event) {
        if (event.Type != ImGuiInputEventType_Key) {
            return false;
        }
        const bool modifier = is_modifier(event.Key.Key);
        pressed = pressed || (event.Key.Down && !modifier);
        return pressed && modifier;
    });
    later_.assign(first, input_queue().end());
    input_queue().resize(static_cast<int>(first - input_queue().begin()));
}

WholeChords::~WholeChords() {
    for (const ImGuiInputEvent& event : later_) {
        input_queue().push_back(event);
    }
}

} // namespace grokscope::ui
