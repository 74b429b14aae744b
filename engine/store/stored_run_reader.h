// A run out of the notebook, ready to go on.
#pragma once

#include "engine/protocol/store_status.h"
#include "engine/store/notebook.h"
#include "engine/train/branch_start.h"
#include "engine/train/stored_run.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace grokscope {

/// The run with its newest checkpoint and the figures up to it; snapshots have their embedding
/// where weights were recorded at the same epoch. `epochs`: another limit than the one planned, to
/// go on past it. Throws NotebookError: no such run, no checkpoint, a process that still trains it,
/// a limit that is reached already, damage.
[[nodiscard]] std::shared_ptr<const StoredRun>
read_for_resuming(Notebook& notebook, StoredRunId run,
                  std::optional<std::int32_t> epochs = std::nullopt);

/// The same to look at, as it stands: a run that has trained all its epochs is given, too, and one
/// that a process still trains. Who trains that one on does so under a new number: its record stays
/// with the process that has it (FileWriter).
[[nodiscard]] std::shared_ptr<const StoredRun> read_for_viewing(Notebook& notebook,
                                                                StoredRunId run);

/// What the user wrote about the run, with no RunId yet.
[[nodiscard]] store_request::Words words_of(Notebook& notebook, StoredRunId run);

/// Whether an epoch that the notebook does not have is none of the run, or one that its trainer
/// has come to since.
enum class Recorded : bool { kAll, kNotYet };

/// A fork of the run at `epoch`, with the settings of `config`: what must be computed again of the
/// record for its state there, from the newest earlier state that the notebook holds. Throws
/// NotebookError when the record does not go that far, the settings are none of a fork, or what the
/// run began with is missing.
[[nodiscard]] std::shared_ptr<const BranchStart>
read_for_forking(Notebook& notebook, StoredRunId run, std::int32_t epoch, const RunConfig& config,
                 Recorded recorded);

/// The newest weights recorded at or before `epoch`, to begin a new run with. Throws NotebookError
/// when there are none.
[[nodiscard]] std::shared_ptr<const BranchStart>
read_for_branching(Notebook& notebook, StoredRunId run, std::int32_t epoch);

/// The number embeddings [p, d] of a set of weights, row by row, as Snapshot has them.
[[nodiscard]] std::vector<float> embedding_of(const Parameters& weights);

/// Runs that were under way when their process ended: those to offer for resuming. Newest first.
[[nodiscard]] std::vector<RunSummary> interrupted_runs(Notebook& notebook);

} // namespace grokscope
