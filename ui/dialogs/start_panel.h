// What to begin with: the newest runs and sweeps of the notebook, where the plots have nothing to
// show yet. Threads: main thread only.
#pragma once

#include "engine/protocol/recent_runs.h"
#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <string>

namespace grokscope::ui {

/// Whether it stands in place of the plots: no run has a figure or trains, there are recorded ones,
/// in the notebook or built in, and the user has not put it away. Asks the notebook the first time.
[[nodiscard]] bool wants_start_view(const PanelInput& input);
/// Draws it into `rect` of the current ImGui window.
void draw_start_view(const PanelInput& input, const Rect& rect);

// --------------------------------------------------------------------------------------- words

/// Of a run its name, or stencil, seed and problem: "[-1,0,+1], seed 7, p 59"; of a sweep what it
/// compares: "sweep: 3 seeds of 4 variants, p 113".
[[nodiscard]] std::string recent_title(const RecentRuns& entry);
/// Of the race that comes with the program, its runs: "a race: baseline, [0]".
[[nodiscard]] std::string race_title(const RecentRuns& race);
/// How far it came: "grokked at 3,140", "not grokked in 2,000 epochs", "5 of 12 grokked". What is
/// not ended says so.
[[nodiscard]] std::string recent_end(const RecentRuns& entry);

} // namespace grokscope::ui
