// The sheet of the laboratory: what measures the selected run, how often, at what cost, and how far
// behind it is.
// Threads: main thread only.
#pragma once

#include "ui/panels/panel_input.h"
#include "ui/rect.h"

namespace grokscope::ui {

/// Draws it over `window` where the view has it open.
void draw_laboratory_sheet(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
