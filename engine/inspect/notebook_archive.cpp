#include "engine/inspect/notebook_archive.h"

#include "engine/inspect/final_measures.h"
#include "engine/store/process_owner.h"

#include <utility>

namespace grokscope {

NotebookArchive::NotebookArchive(std::function<std::string()> file_in_use, std::string owner)
    : file_in_use_(std::move(file_in_use)), owner_(std::move(owner)) {
}

Notebook& NotebookArchive::notebook() {
    std::string file = file_in_use_();
    if (!notebook_ || file != file_) {
        notebook_.reset();
        file_ = std::move(file);
        notebook_.emplace(file_, Notebook::Access::kReadOnly);
    }
    return *notebook_;
}

std::optional<std::int64_t> NotebookArchive::find(const RunConfig& config,
                                                  const std::optional<BranchPoint>& branch) {
    const BranchPoint from = branch.value_or(BranchPoint());
    std::optional<std::int64_t> newest;
    for (const RunSummary& run : notebook().runs()) {
        if (is_same_owner(run.owner, owner_) && run.config == config &&
            run.provenance.parent == from.parent && run.provenance.parent_epoch == from.epoch) {
            newest = static_cast<std::int64_t>(run.id);
        }
    }
    return newest;
}

std::vector<std::int32_t> NotebookArchive::epochs(std::int64_t number) {
    return notebook().weight_epochs(static_cast<StoredRunId>(number));
}

Parameters NotebookArchive::weights(std::int64_t number, std::int32_t epoch) {
    return notebook().weights(static_cast<StoredRunId>(number), epoch);
}

bool NotebookArchive::measure_finished(std::int64_t number, WorkerPool& pool,
                                       const std::function<bool()>& go_on) {
    const auto run = static_cast<StoredRunId>(number);
    // The end of a run is written after all else of it.
    if (notebook().run(run).state != RunState::kFinished) {
        return false;
    }
    Notebook writing(file_, Notebook::Access::kReadWrite);
    (void)recompute_final_measures(writing, run, pool, go_on);
    return true;
}

} // namespace grokscope
