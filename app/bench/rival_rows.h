// What the rivals of science.md 6.6 cost.
#pragma once

#include "app/bench/bench_table.h"
#include "app/stop_signal.h"

namespace grokscope::bench {

/// Adds the time of an epoch of each rival over that of the baseline, `rounds` ratios each. Throws
/// Stopped.
void add_rival_rows(Table& table, int rounds, int threads, const StopSignal& stop);

} // namespace grokscope::bench
