// The sheet of the path: the weights of the selected run, and of the pinned one beside it, as a
// curve through their three principal components.
// Threads: main thread only.
#pragma once

#include "ui/panels/panel_input.h"
#include "ui/rect.h"

namespace grokscope::ui {

/// Draws it over `window` where the view has it open, and asks `input.study` for what it lacks.
void draw_path_sheet(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
