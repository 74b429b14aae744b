// The runs of a notebook as sweeps and planes of settings take them: one of each configuration.
// Threads: as the notebook's.
#pragma once

#include "engine/protocol/sweep_result.h"
#include "engine/store/notebook.h"

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace grokscope {

/// What a notebook holds at one moment: of each configuration the run that has come furthest.
/// Branches are left out. Throws NotebookError.
class RecordedRuns {
public:
    RecordedRuns() = default; ///< of a notebook that is not there
    explicit RecordedRuns(Notebook& notebook);

    /// Oldest configuration first.
    [[nodiscard]] std::span<const RunSummary> all() const { return runs_; }
    /// Null for none.
    [[nodiscard]] const RunSummary* find(const RunConfig& config) const;

private:
    std::vector<RunSummary> runs_;
    std::unordered_map<std::string, std::size_t> places_; ///< by the text of the configuration
};

/// Failed runs are done, too: the same configuration would fail at the same epoch again. A run that
/// is not there is not.
[[nodiscard]] bool is_done(const RunSummary* run);

/// What the run came to by its marks, and the seconds that it trained in all. Reads no curve, so
/// nothing of what lasts. Throws NotebookError.
[[nodiscard]] SweepRun marked_run(Notebook& notebook, const RunSummary& run);

} // namespace grokscope
