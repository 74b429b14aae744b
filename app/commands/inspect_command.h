// `grokscope inspect`: what the instruments of the window show of recorded weights, as text or
// JSON.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"

namespace grokscope {

/// Answers and prints to standard output; the exit code. Throws NotebookError, UsageError and
/// std::runtime_error, one sentence each, and Stopped.
int run_inspect(const InspectOptions& options, const StopSignal& stop);

} // namespace grokscope
