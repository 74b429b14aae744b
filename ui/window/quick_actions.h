// Buttons for what else only keys would do: everything by name, export, open, seeds, notes,
// layouts. In a narrow window one menu holds them.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// How wide they are in a strip of this width, in pixels.
[[nodiscard]] float quick_actions_width(const Theme& theme, float strip);
/// Draws them from `left` on, centred at `middle`.
void draw_quick_actions(const PanelInput& input, float left, float middle, float strip);

} // namespace grokscope::ui
