// What an update of several layers costs.
#pragma once

#include "app/bench/bench_table.h"
#include "app/stop_signal.h"

#include <functional>
#include <string>

namespace grokscope::bench {

/// Adds, for 2, 4 and 16 layers of the presets `depth-N`, and for one layer as the fused step has
/// it: milliseconds of an update, the share of peak(threads), GFLOP/s, that the counted operations
/// of the step reach, and the oracle's time over ours, both at their best number of threads.
/// `script` is reference_lab.py. Throws Stopped.
void add_layer_rows(Table& table, int rounds, int threads, const std::string& script,
                    const std::function<double(int)>& peak, const StopSignal& stop);

} // namespace grokscope::bench
