// Inputs that ImGui has been told of and has not taken yet.
// Threads: main thread only.
#pragma once

#include <imgui.h>
#include <imgui_internal.h> // where they are

namespace grokscope::ui {

/// Of the current context.
[[nodiscard]] inline ImVector<ImGuiInputEvent>& input_queue() {
    return ImGui::GetCurrentContext()->InputEventsQueue;
}

} // namespace grokscope::ui
