// `grokscope train`: one run without a window, through the same channels as the window.
// Threads: the main thread is the front end; the trainer has its own.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"

namespace grokscope {

/// Trains until the run ends or a signal comes, tells its progress on standard output, and writes
/// the files asked for. Returns the exit code: 0 when the run ended as planned, 1 when it failed or
/// a file could not be written at the end, 2 when a file cannot be written there at all (found
/// before training), 128 + signal number when `stop` kept it from something. Errors go to standard
/// error. Blocks.
[[nodiscard]] int run_train(const TrainOptions& options, const StopSignal& stop);

} // namespace grokscope
