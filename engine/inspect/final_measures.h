// Progress measures once more, with the key frequencies that the run ended with (science.md 3.3).
#pragma once

#include "engine/store/notebook.h"

#include <functional>

namespace grokscope {

class WorkerPool;

/// Finds the final key frequencies of a recorded run, from its newest weights, and computes with
/// them what depends on key frequencies, for every measure row whose weights are recorded. Writes
/// ProgressRow::final_measures into the notebook, all rows in one transaction; what live
/// frequencies gave stays. Rows that have them already are left alone. `go_on` is asked before each
/// row, and ends the work with nothing written when it returns false; may be empty. Returns how
/// many rows were written: 0 without key frequencies. Blocks for about two forward passes over the
/// grid per row. Throws NotebookError. Caller's thread: the one that may run the pool.
int recompute_final_measures(Notebook& notebook, StoredRunId run, WorkerPool& pool,
                             const std::function<bool()>& go_on = {});

} // namespace grokscope
