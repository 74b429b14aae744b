// What the instruments cost: answers about recorded weights, early warnings.
#pragma once

#include "app/bench/bench_table.h"

namespace grokscope::bench {

/// Adds their rows, `rounds` values each, on weights of the default run. inspect.* run on one
/// thread, as the window's inspector does; warn.* on `threads`, as the trainer does.
void add_instrument_rows(Table& table, int rounds, int threads);

} // namespace grokscope::bench
