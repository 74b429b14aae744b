// Recorded runs like a given one: where it should grok, and whether it repeats itself.
// Threads: each call uses only the notebook it is given.
#pragma once

#include "engine/protocol/known_runs.h"
#include "engine/store/notebook.h"

namespace grokscope {

/// A record to compare a rerun with.
[[nodiscard]] std::shared_ptr<const EarlierRun> earlier_run(Notebook& notebook,
                                                            const RunSummary& run);

/// What the notebook knows of runs like `config`, leaving out run `itself` (0: none). Branches do
/// not count. With `with_earlier` also the figures of the run with the same course that has come
/// farthest; of several, the oldest. A run that a living process holds is nobody's record yet, so
/// it gives neither figures nor an absence of grokking. Reads all configurations; throws
/// NotebookError.
[[nodiscard]] KnownRuns known_runs(Notebook& notebook, const RunConfig& config, StoredRunId itself,
                                   bool with_earlier);

} // namespace grokscope
