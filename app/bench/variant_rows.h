// What an epoch of the rivals of science.md 6.6, and of the other operations, costs.
#pragma once

#include "app/bench/bench_table.h"
#include "app/stop_signal.h"

namespace grokscope::bench {

/// Adds the time of an epoch of each rival over that of the baseline, `rounds` ratios each. Throws
/// Stopped.
void add_rival_rows(Table& table, int rounds, int threads, const StopSignal& stop);

/// The same for each operation but addition, which has the baseline's time: subtraction has its
/// pairs, multiplication and division have fewer. A table costs what its pairs cost, and has no
/// row. Throws Stopped.
void add_operation_rows(Table& table, int rounds, int threads, const StopSignal& stop);

} // namespace grokscope::bench
