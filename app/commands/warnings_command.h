// `grokscope warnings`: how early and how reliably each early warning warns, over recorded runs.
// Threads: the main thread.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"

namespace grokscope {

/// Prints the table over the runs of the notebook, and writes each outcome as CSV. Returns an exit
/// code. Throws NotebookError and UsageError.
[[nodiscard]] int run_warnings(const WarningsOptions& options, const StopSignal& stop);

} // namespace grokscope
