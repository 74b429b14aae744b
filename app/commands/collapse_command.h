// `grokscope collapse`: which figures of recorded runs lead their jumps, which lag.
// Threads: the main thread.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"

namespace grokscope {

/// Prints a table for each run and one over those that differ by their seed alone, and writes every
/// figure as CSV. Returns an exit code. Throws NotebookError and UsageError.
[[nodiscard]] int run_collapse(const CollapseOptions& options, const StopSignal& stop);

} // namespace grokscope
