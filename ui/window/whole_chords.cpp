#include "ui/window/whole_chords.h"

#include <imgui.h>
#include <imgui_internal.h> // the events that wait

#include <algorithm>

namespace grokscope::ui {

namespace {

ImVector<ImGuiInputEvent>& queue() {
    return ImGui::GetCurrentContext()->InputEventsQueue;
}

bool is_modifier(ImGuiKey key) {
    return (key & ImGuiMod_Mask_) != 0 || (key >= ImGuiKey_LeftCtrl && key <= ImGuiKey_RightSuper);
}

} // namespace

WholeChords::WholeChords() {
    bool pressed = false;
    const auto first = std::ranges::find_if(queue(), [&](const ImGuiInputEvent& event) {
        if (event.Type != ImGuiInputEventType_Key) {
            return false;
        }
        const bool modifier = is_modifier(event.Key.Key);
        pressed = pressed || (event.Key.Down && !modifier);
        return pressed && modifier;
    });
    later_.assign(first, queue().end());
    queue().resize(static_cast<int>(first - queue().begin()));
}

WholeChords::~WholeChords() {
    for (const ImGuiInputEvent& event : later_) {
        queue().push_back(event);
    }
}

} // namespace grokscope::ui
