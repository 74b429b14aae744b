// The form for a new run: every setting with its range, mistakes in words, and how long it takes.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Draws the form over `window`; nothing while `view.new_run_open` is false. It edits the same
/// draft as the strip, so that either shows what the other changed.
void draw_new_run_dialog(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
