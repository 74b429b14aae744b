// The sheet of rivals: rules that race a plain run, each with what it does and a button that adds
// it. Threads: main thread only.
#pragma once

#include "ui/panels/panel_input.h"
#include "ui/rect.h"

namespace grokscope::ui {

/// Draws it over `window` where the view has it open.
void draw_rivals_sheet(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
