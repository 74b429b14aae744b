#include "engine/store/notebook_follower.h"

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

RunConfig without_measures(RunConfig config) {
    config.measure = {};
    return config;
}

} // namespace

NotebookFollower::NotebookFollower(std::function<NotebookInUse()> in_use, std::string owner)
    : in_use_(std::move(in_use)), owner_(std::move(owner)) {
}

Notebook& NotebookFollower::reading() {
    NotebookInUse wanted = in_use_();
    // First it has a name alone, and once its writer has opened it an identity, too: if that is of
    // the file that is open here, the numbers of runs stay those of this record.
    if (notebook_ && wanted.identity && !opened_.identity && wanted.file == opened_.file &&
        notebook_->identity() == wanted.identity) {
        opened_ = wanted;
    }
    if (!notebook_ || wanted != opened_) {
        notebook_.reset();
        opened_ = std::move(wanted);
        notebook_.emplace(opened(opened_, Notebook::Access::kReadOnly));
        ++place_;
    }
    return *notebook_;
}

Notebook NotebookFollower::opened_for_writing() const {
    return opened(opened_, Notebook::Access::kExisting);
}

std::uint64_t NotebookFollower::place() {
    (void)reading();
    return place_;
}

std::optional<StoredRunId> NotebookFollower::find(const RunConfig& config,
                                                  const std::optional<BranchPoint>& branch) {
    const BranchPoint from = branch.value_or(BranchPoint());
    const RunConfig wanted = without_measures(config);
    std::optional<StoredRunId> newest;
    for (const RunSummary& run : reading().runs()) {
        if (is_same_owner(run.owner, owner_) && without_measures(run.config) == wanted &&
            run.provenance.parent == from.parent && run.provenance.parent_epoch == from.epoch &&
            run.provenance.fork == from.fork) {
            newest = run.id;
        }
    }
    return newest;
}

} // namespace grokscope
