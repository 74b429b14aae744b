// The sheet of rivals: rules that race a plain run, each with what it does and a button that adds
// it. Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Draws it over `window` where the view has it open.
void draw_rivals_sheet(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
