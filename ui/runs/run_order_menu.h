// The button at the head of the run list that chooses its order, with its menu.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Side of the button, at 100 %.
inline constexpr float kRunOrderSize = 24;

/// Draws the button at ImGui's cursor, and its menu while that is open. The order chosen already
/// turns round when it is chosen again.
void draw_run_order_button(const PanelInput& input);

} // namespace grokscope::ui
