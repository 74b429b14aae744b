// What the x axis counts, and smoothing: a button with a menu.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

#include <imgui.h>

namespace grokscope::ui {

/// Draws the button with the middle of its right edge at `right`. Its label is the present unit.
/// Returns its left edge.
[[nodiscard]] float draw_axes_button(const PanelInput& input, ImVec2 right);

} // namespace grokscope::ui
