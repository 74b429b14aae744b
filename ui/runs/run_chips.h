// Runs as a line of chips, where there is no room for the list.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Draws into `rect` of the current ImGui window as many chips as fit; the keys reach the rest.
void draw_run_chips(const PanelInput& input, const Rect& rect);

} // namespace grokscope::ui
