// F2: figures of the machine and the program, for those who want to know or report them.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Draws the figures over `window`; nothing while `view.info_open` is false.
void draw_info_overlay(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
