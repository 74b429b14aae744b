// `grokscope verify RUN`: trains a recorded run once more and compares, bit for bit.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"

namespace grokscope {

/// Trains with the recorded settings as far as the record goes, recording nothing, and compares
/// every evaluated epoch's figures and the state to go on from. Returns success when all are the
/// same; else it says on standard output which epoch is the first that differs, and fails. Throws
/// NotebookError, UsageError, and Stopped.
[[nodiscard]] int run_verify(const VerifyOptions& options, const StopSignal& stop);

} // namespace grokscope
