// Guess first: who expects the jump of the selected run at which epoch, as flags on the axis and as
// a sheet that takes guesses until the jump has come and then says whose was nearest. Threads: main
// thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/panel_input.h"

#include <imgui.h>

namespace grokscope::ui {

/// The sheet, while `view.guessing`.
void draw_guess_sheet(const PanelInput& input, const Rect& window);

/// A flag with a name for each guess at the selected run's jump, standing on the epoch axis. Once
/// the jump has come, as far as the cursor is, the nearest ones are marked.
void draw_guess_flags(const PanelInput& input, const PlotFrame& frame, ImDrawList& list);

} // namespace grokscope::ui
