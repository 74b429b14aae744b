// A line of text for a note at the cursor's epoch.
// Threads: main thread only.
#pragma once

#include "ui/panels/panel_input.h"
#include "ui/rect.h"

namespace grokscope::ui {

/// Draws the line over `window`; nothing while no note is being written.
void draw_note_editor(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
