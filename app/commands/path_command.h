// `grokscope path`: the path of a run's recorded weights in its own principal components.
// Threads: the main thread.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"

namespace grokscope {

/// Prints shares and coordinates, and writes them with the speed of each tensor as CSV. Returns an
/// exit code. Throws NotebookError, UsageError and Stopped.
[[nodiscard]] int run_path(const PathOptions& options, const StopSignal& stop);

} // namespace grokscope
