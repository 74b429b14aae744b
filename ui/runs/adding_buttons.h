// The buttons that add a run: one for each usual stencil, the user's own, and another baseline.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// All of them under their title, where ImGui's cursor stands.
void draw_adding_buttons(const PanelInput& input);
/// What draw_adding_buttons() needs, at 100 %.
inline constexpr float kAddingHeight = 24 + 3 * 48 + 36 + 36 + 8;

/// In one or two lines, without the list: for a tall window too narrow for that.
void draw_adding_bar(const PanelInput& input, const Rect& rect);

} // namespace grokscope::ui
