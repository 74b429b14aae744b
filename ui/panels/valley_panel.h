// The sheet of the valley: the loss on lines away from the weights of the selected run, while it
// memorised, memorised, grokked and at the cursor, side by side.
// Threads: main thread only.
#pragma once

#include "ui/panels/panel_input.h"
#include "ui/rect.h"

namespace grokscope::ui {

/// Draws it over `window` where the view has it open, and asks `input.study` for what it lacks.
void draw_valley_sheet(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
