// What was just done, at the foot of the window, with a button that takes it back; else that a run
// has grokked, with one that looks inside it.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Over all panels of the main window, which is open, and after them; nothing in a picture.
void draw_toast(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
