// What the instruments cost: answers about recorded weights, early warnings.
#pragma once

#include "app/bench/bench_table.h"
#include "app/stop_signal.h"

namespace grokscope::bench {

/// Adds their rows, `rounds` values each, on weights of the default run. inspect.* run on one
/// thread, as the window's inspector does; lab.* on `threads`. Throws Stopped.
void add_instrument_rows(Table& table, int rounds, int threads, const StopSignal& stop);

} // namespace grokscope::bench
