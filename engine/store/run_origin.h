// Runs whose record begins in that of another: branches, and what was trained on apart since
// another process had taken the run.
// Threads: those of the notebook.
#pragma once

#include "engine/store/notebook.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

/// Of a run that did not begin with its seed.
struct RunOrigin {
    std::string uuid;               ///< of the other run
    std::optional<StoredRunId> run; ///< its number; nothing when the notebook does not hold it
    std::int32_t epoch = 0;
    /// The same training, whose earlier epochs are in the other's record; else a new one that began
    /// with weights of the other.
    bool apart = false;
};

/// A run that began in the record of another.
struct LaterRun {
    StoredRunId run{};
    std::int32_t epoch = 0;
    bool apart = false;
    bool fork = false;
};

/// Keeps, among the run's events, that it goes on with what another process has taken. Throws
/// NotebookError.
void add_apart(Notebook& notebook, StoredRunId run, std::int32_t epoch);

/// Nothing of a run that began anew. Throws NotebookError.
[[nodiscard]] std::optional<RunOrigin> origin_of(Notebook& notebook, const RunSummary& run);

/// Which of `runs` began with the run, in their order. Throws NotebookError.
[[nodiscard]] std::vector<LaterRun>
later_runs(Notebook& notebook, const std::vector<RunSummary>& runs, const RunSummary& run);

/// The run in whose record the training began: `run` itself, or, when that goes on apart, another
/// as far as the notebook holds it. Throws NotebookError.
[[nodiscard]] RunSummary first_part(Notebook& notebook, const RunSummary& run);

/// The figures and marks of the whole training: those of a run that goes on apart, after those that
/// are in the other's record, as far as the notebook holds that. Throws NotebookError.
[[nodiscard]] std::vector<MetricSample> whole_metrics(Notebook& notebook, const RunSummary& run);
[[nodiscard]] std::vector<StoredMark> whole_marks(Notebook& notebook, const RunSummary& run);

} // namespace grokscope
