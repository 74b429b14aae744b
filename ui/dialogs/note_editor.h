// A line of text for a note at the cursor's epoch.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Draws the line over `window`; nothing while no note is being written.
void draw_note_editor(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
