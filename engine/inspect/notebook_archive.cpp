#include "engine/inspect/notebook_archive.h"

#include "engine/inspect/final_measures.h"
#include "engine/store/process_owner.h"

#include <utility>

namespace grokscope {

namespace {

/// Opens what is in use, and nothing that has only its name. Throws NotebookError.
Notebook opened(const NotebookInUse& wanted, Notebook::Access access) {
    const auto refuse_another = [&](const std::optional<FileIdentity>& found) {
        if (wanted.identity && found != wanted.identity) {
            throw NotebookError(NotebookProblem::kCannotOpen,
                                "the notebook \"" + wanted.file +
                                    "\" is not at its place; it is being put back or left");
        }
    };
    refuse_another(identity_of(wanted.file)); // opening it could apply a log that is not its own
    Notebook notebook(wanted.file, access);
    refuse_another(notebook.identity());
    return notebook;
}

} // namespace

NotebookArchive::NotebookArchive(std::function<NotebookInUse()> in_use, std::string owner)
    : in_use_(std::move(in_use)), owner_(std::move(owner)) {
}

Notebook& NotebookArchive::notebook() {
    NotebookInUse wanted = in_use_();
    if (!notebook_ || wanted != opened_) {
        notebook_.reset();
        opened_ = std::move(wanted);
        notebook_.emplace(opened(opened_, Notebook::Access::kReadOnly));
        ++place_;
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

std::uint64_t NotebookArchive::place() {
    (void)notebook();
    return place_;
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
    Notebook writing = opened(opened_, Notebook::Access::kExisting);
    (void)recompute_final_measures(writing, run, pool, go_on);
    return writing.place() == Notebook::Place::kKept; // else it may have been copied before
}

} // namespace grokscope
