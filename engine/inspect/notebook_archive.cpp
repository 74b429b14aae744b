#include "engine/inspect/notebook_archive.h"

#include "engine/inspect/final_measures.h"

#include <algorithm>
#include <utility>

namespace grokscope {

NotebookArchive::NotebookArchive(std::function<NotebookInUse()> in_use, std::string owner)
    : notebook_(std::move(in_use), std::move(owner)) {
}

std::optional<std::int64_t> NotebookArchive::find(const RunConfig& config,
                                                  const std::optional<BranchPoint>& branch) {
    const std::optional<StoredRunId> found = notebook_.find(config, branch);
    return found ? std::optional(static_cast<std::int64_t>(*found)) : std::nullopt;
}

std::vector<std::int32_t> NotebookArchive::epochs(std::int64_t number) {
    return notebook_.reading().weight_epochs(static_cast<StoredRunId>(number));
}

Parameters NotebookArchive::weights(std::int64_t number, std::int32_t epoch) {
    return notebook_.reading().weights(static_cast<StoredRunId>(number), epoch);
}

bool NotebookArchive::is_exact(std::int64_t number, std::int32_t epoch) {
    return std::ranges::binary_search(
        notebook_.reading().exact_weight_epochs(static_cast<StoredRunId>(number)), epoch);
}

bool NotebookArchive::measure_finished(std::int64_t number, WorkerPool& pool,
                                       const std::function<bool()>& go_on) {
    const auto run = static_cast<StoredRunId>(number);
    // The end of a run is written after all else of it.
    if (notebook_.reading().run(run).state != RunState::kFinished) {
        return false;
    }
    Notebook writing = notebook_.opened_for_writing();
    (void)recompute_final_measures(writing, run, pool, go_on);
    return writing.place() == Notebook::Place::kKept; // else it may have been copied before
}

} // namespace grokscope
