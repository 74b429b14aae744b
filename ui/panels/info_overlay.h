// F2: figures of the machine and the program, for those who want to know or report them.
// Threads: main thread only.
#pragma once

#include "ui/panels/panel_input.h"
#include "ui/rect.h"

namespace grokscope::ui {

/// Draws the figures over `window`; nothing while `view.info_open` is false.
void draw_info_overlay(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
