// The order in which runs are listed: the list, its chips, Ctrl+1 to 9, PgUp and PgDn follow it.
// Threads: main thread only.
#pragma once

#include "ui/core/frame_wish.h"
#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

#include <vector>

namespace grokscope::ui {

/// The runs as `view.arrangement.sorting` orders them by what is known now. Figures are those of
/// the cursor's epoch, as the list shows them. Runs without the figure come last, equal ones as
/// they were made.
[[nodiscard]] std::vector<RunId> sorted_runs(const RunBook& book, const ViewState& view);

/// Once per frame, at `now` seconds: brings `view.run_order` up to date. Another choice and runs
/// that come or go take effect at once; figures that change, at most once a second and never under
/// the mouse, so that no row jumps away from a hand that is about to click. When the list differs
/// already, but its time has not come, returns that time; else kNever.
double order_runs(const RunBook& book, ViewState& view, double now);

/// The runs as they are listed: those of `view.run_order`, then those it does not know yet.
[[nodiscard]] std::vector<const RunRecord*> listed_runs(const RunBook& book, const ViewState& view);

} // namespace grokscope::ui
