// The form for a fork: what of a run's settings may change from the cursor's epoch on.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Draws it over `window` where the view has it open.
void draw_fork_sheet(const PanelInput& input, const Rect& window);

/// Asks for the fork of `draft`, and closes the form.
void make_fork(const PanelInput& input, const ForkDraft& draft);

} // namespace grokscope::ui
