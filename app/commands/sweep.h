// `grokscope sweep`: many runs, one after the other, and what they say together.
// Threads: the main thread; each run has the threads of `train`.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"
#include "engine/protocol/phase_plane.h"

#include <functional>

namespace grokscope {

/// Trains every configuration that the notebook does not hold to its end yet (each goes on where it
/// was left), then prints the table over all it holds, and writes it as CSV. Interrupted by a
/// signal it returns 128 + the signal's number; the same command goes on. Shards of a sweep are
/// joined by `import` of their notebooks, then the same command without --shard. Blocks for long.
/// `save_picture` saves that of `--png`, an exit code.
[[nodiscard]] int run_sweep(const SweepOptions& options, const StopSignal& stop,
                            const std::function<int(const WindowOptions&)>& save_picture);

} // namespace grokscope
