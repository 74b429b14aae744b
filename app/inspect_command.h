// `grokscope inspect`: what the instruments of the window show of recorded weights, as text or
// JSON.
#pragma once

#include "app/options.h"

namespace grokscope {

/// Answers and prints to standard output; the exit code. Throws NotebookError and
/// std::runtime_error, one sentence each.
int run_inspect(const InspectOptions& options);

} // namespace grokscope
