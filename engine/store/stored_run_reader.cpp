#include "engine/store/stored_run_reader.h"

#include "engine/protocol/fork.h"
#include "engine/store/run_origin.h"
#include "engine/store/run_owner.h"
#include "engine/store/workplaces.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace grokscope {

namespace {

/// Gives snapshots the embedding of the weights recorded at their epoch.
void add_embeddings(Notebook& notebook, StoredRunId run, std::vector<Snapshot>& snapshots) {
    auto snapshot = snapshots.begin();
    for (const std::int32_t epoch : notebook.weight_epochs(run)) {
        snapshot = std::ranges::find_if(snapshot, snapshots.end(),
                                        [&](const Snapshot& one) { return one.epoch >= epoch; });
        if (snapshot != snapshots.end() && snapshot->epoch == epoch) {
            if (const auto weights = notebook.usable_weights(run, epoch)) {
                snapshot->d_model = weights->layout().shape().d;
                snapshot->embedding = embedding_of(*weights);
            }
        }
    }
}

StoredRun read(Notebook& notebook, StoredRunId run) {
    const Notebook::OneMoment moment(notebook);
    const RunSummary summary = notebook.run(run);
    std::optional<StoredCheckpoint> checkpoint = notebook.checkpoint(run);
    if (!checkpoint) {
        throw cannot_go_on(run, "the notebook holds no checkpoint of it");
    }
    StoredRun stored{.number = static_cast<std::int64_t>(run),
                     .uuid = summary.uuid,
                     .config = summary.config,
                     .preset = summary.provenance.preset,
                     .state = std::move(checkpoint->state),
                     .time = checkpoint->time,
                     .metrics = notebook.metrics(run),
                     .snapshots = notebook.spectra(run),
                     .progress = notebook.measures(run),
                     .readings = notebook.readings(run),
                     .workplaces = workplaces_of(notebook, run)};
    std::vector<InstrumentSpec> others = notebook.described_instruments();
    std::erase_if(others,
                  [](const InstrumentSpec& one) { return find_instrument(one.id) != nullptr; });
    if (!others.empty()) {
        stored.other_instruments =
            std::make_shared<const std::vector<InstrumentSpec>>(std::move(others));
    }
    if (!summary.provenance.parent.empty()) {
        stored.branch = BranchPoint{summary.provenance.parent, summary.provenance.parent_epoch,
                                    summary.provenance.fork};
    }
    // Written after the checkpoint, and about to come again.
    const std::int32_t epoch = stored.state.epoch;
    std::erase_if(stored.metrics, [&](const auto& sample) { return sample.epoch >= epoch; });
    std::erase_if(stored.snapshots, [&](const auto& one) { return one.epoch > epoch; });
    std::erase_if(stored.progress, [&](const auto& row) { return row.epoch > epoch; });
    std::erase_if(stored.readings, [&](const auto& reading) { return reading.epoch > epoch; });
    add_embeddings(notebook, run, stored.snapshots);
    return stored;
}

} // namespace

std::vector<float> embedding_of(const Parameters& weights) {
    const ModelShape& shape = weights.layout().shape();
    const auto p = static_cast<std::size_t>(shape.p);
    const auto d = static_cast<std::size_t>(shape.d);
    const auto tokens = static_cast<std::size_t>(shape.vocabulary());
    const auto W_E = weights.view(Tensor::W_E); // [d, tokens]
    std::vector<float> embedding(p * d);
    for (std::size_t x = 0; x < p; ++x) {
        for (std::size_t i = 0; i < d; ++i) {
            embedding[x * d + i] = W_E[i * tokens + x];
        }
    }
    return embedding;
}

std::shared_ptr<const StoredRun> read_for_resuming(Notebook& notebook, StoredRunId run,
                                                   std::optional<std::int32_t> epochs) {
    const Notebook::OneMoment moment(notebook);
    const RunSummary summary = notebook.run(run);
    if (is_held(summary)) {
        throw cannot_go_on(run, held_in_words(summary));
    }
    StoredRun stored = read(notebook, run);
    if (summary.state == RunState::kFinished) {
        // A condition that has ended it would do so again; one it has not met yet still holds.
        for (const StoredMark& mark : notebook.marks(run)) {
            stored.config.stop_when_grokked &= mark.kind != MarkKind::kGrokked;
            stored.config.stop_when_stable &= mark.kind != MarkKind::kStable;
        }
    }
    if (epochs && *epochs != stored.config.epochs &&
        stored.config.schedule != Schedule::kConstant) {
        throw cannot_go_on(run, "its learning rate falls to its last value at epoch " +
                                    std::to_string(stored.config.epochs) +
                                    ", so that another --epochs would be another run from the "
                                    "first epoch on; leave --epochs out, or fork it");
    }
    if (epochs) {
        stored.config.epochs = *epochs;
        for (const std::string& mistake : stored.config.validate()) {
            throw cannot_go_on(run, mistake);
        }
    }
    const auto begins = [&](std::int32_t epoch) {
        return stored.branch && stored.branch->is_fork() && epoch == stored.branch->epoch;
    };
    // The last rows of an end that no longer is one; an uninterrupted run would not have them.
    std::erase_if(stored.snapshots, [&](const Snapshot& one) {
        return one.epoch % stored.config.snapshot_every != 0 && !begins(one.epoch);
    });
    std::erase_if(stored.progress, [&](const ProgressRow& row) {
        return stored.config.progress_every > 0 && row.epoch % stored.config.progress_every != 0 &&
               !begins(row.epoch);
    });
    if (epochs && stored.state.epoch >= *epochs) {
        throw cannot_go_on(run, "it has trained " + std::to_string(stored.state.epoch) +
                                    " epochs already, and --epochs " + std::to_string(*epochs) +
                                    " asks for no more; give a number above " +
                                    std::to_string(stored.state.epoch));
    }
    if (stored.state.epoch >= stored.config.epochs) {
        throw cannot_go_on(run, "it has trained all " + std::to_string(stored.config.epochs) +
                                    " epochs planned for it; give it more (--epochs)");
    }
    return std::make_shared<const StoredRun>(std::move(stored));
}

std::shared_ptr<const StoredRun> read_for_viewing(Notebook& notebook, StoredRunId run) {
    return std::make_shared<const StoredRun>(read(notebook, run));
}

store_request::Words words_of(Notebook& notebook, StoredRunId run) {
    const Notebook::OneMoment moment(notebook);
    store_request::Words words{.run = {}, .name = notebook.run(run).name, .notes = {}, .gone = {}};
    for (const StoredAnnotation& note : notebook.annotations(run)) {
        words.notes.push_back({note.epoch, note.text});
    }
    return words;
}

std::shared_ptr<const BranchStart> read_for_branching(Notebook& notebook, StoredRunId run,
                                                      std::int32_t epoch) {
    const std::vector<std::int32_t> epochs = notebook.weight_epochs(run);
    const auto above = std::ranges::upper_bound(epochs, epoch);
    if (above == epochs.begin()) {
        throw NotebookError(NotebookProblem::kUnusable,
                            "no weights of run " + std::to_string(static_cast<std::int64_t>(run)) +
                                " are recorded at or before epoch " + std::to_string(epoch) +
                                "; put the cursor later");
    }
    const RunSummary summary = notebook.run(run);
    const std::int32_t at = *std::prev(above);
    RunConfig config = summary.config;
    config.stop_when_grokked = false; // it may have grokked before it begins
    config.stop_when_stable = false;
    config.edits = {}; // they are in the weights
    BranchStart start;
    start.config = config;
    start.point = {summary.uuid, at, {}};
    start.weights = notebook.weights(run, at);
    return std::make_shared<const BranchStart>(std::move(start));
}

namespace {

/// A stranger's runs may fork from each other in a circle.
constexpr int kMostAncestors = 64;

NotebookError cannot_fork(const RunSummary& run, const std::string& why) {
    return {NotebookProblem::kUnusable,
            "run " + std::to_string(static_cast<std::int64_t>(run.id)) + " " + why};
}

/// The weights whose embeddings the edits of the configuration take over; null where they take
/// none.
std::shared_ptr<const Parameters> donor_of(Notebook& notebook, const RunConfig& config) {
    const WeightEdits& edits = config.edits;
    if (edits.embedding_from.empty()) {
        return nullptr;
    }
    const auto refuse = [](const std::string& why) {
        return NotebookError(NotebookProblem::kUnusable,
                             "the fork takes over embeddings of " + why);
    };
    const std::optional<StoredRunId> id = notebook.find(edits.embedding_from);
    if (!id) {
        throw refuse("the run " + edits.embedding_from +
                     ", which this notebook does not hold; import that first");
    }
    const std::string run = "run " + std::to_string(static_cast<std::int64_t>(*id));
    const RunConfig other = notebook.run(*id).config;
    if (other.p != config.p || other.d_model != config.d_model) {
        throw refuse(run + ", which has p = " + std::to_string(other.p) + " and width " +
                     std::to_string(other.d_model) +
                     ", but itself has p = " + std::to_string(config.p) + " and width " +
                     std::to_string(config.d_model) + "; name a run of the same sizes");
    }
    const std::vector<std::int32_t> epochs = notebook.weight_epochs(*id);
    if (!std::ranges::binary_search(epochs, edits.embedding_epoch)) {
        throw refuse(run + " at epoch " + std::to_string(edits.embedding_epoch) +
                     ", whose weights are not recorded; `grokscope show` lists those that are");
    }
    return std::make_shared<const Parameters>(notebook.weights(*id, edits.embedding_epoch));
}

/// What is to be computed again for the state of a run at `epoch`, behind which a stencil of
/// `depth` follows: legs of `start`, its weights and its state.
void add_legs(Notebook& notebook, const RunSummary& run, std::int32_t epoch, int depth,
              BranchStart& start, int ancestors = 0) {
    if (ancestors >= kMostAncestors) {
        throw cannot_fork(run, "forks from too many others, one behind the other");
    }
    const std::optional<RunOrigin> origin = origin_of(notebook, run);
    const bool is_fork = !run.provenance.fork.empty();
    if (is_fork && epoch < run.provenance.parent_epoch) {
        throw cannot_fork(run, "is a fork that begins at epoch " +
                                   std::to_string(run.provenance.parent_epoch) + "; epoch " +
                                   std::to_string(epoch) + " is one of its original");
    }
    auto state = notebook.usable_checkpoint(run.id);
    if (state && leads_to(state->state, epoch, depth)) {
        start.state = std::make_shared<const TrainingState>(std::move(state->state));
    } else if (origin) {
        if (!origin->run) {
            throw cannot_fork(run, "began in the record of the run " + origin->uuid +
                                       ", which this notebook does not hold; import that first");
        }
        const RunSummary original = notebook.run(*origin->run);
        if (origin->apart) { // the same training
            add_legs(notebook, original, epoch, depth, start, ancestors + 1);
            return;
        }
        if (is_fork) {
            add_legs(notebook, original, origin->epoch, run.config.stencil.depth(), start,
                     ancestors + 1);
        } else {
            start.weights = notebook.weights(original.id, origin->epoch);
        }
    }
    start.legs.push_back({run.config, epoch, donor_of(notebook, run.config)});
}

} // namespace

std::shared_ptr<const BranchStart> read_for_forking(Notebook& notebook, StoredRunId id,
                                                    std::int32_t epoch, const RunConfig& config,
                                                    Recorded recorded) {
    const Notebook::OneMoment moment(notebook);
    const RunSummary run = notebook.run(id);
    if (recorded == Recorded::kAll && epoch > run.epoch) {
        throw cannot_fork(run, "is recorded up to epoch " + std::to_string(run.epoch) +
                                   " and has no epoch " + std::to_string(epoch) + " to fork from");
    }
    for (const std::string& mistake : fork_mistakes(run.config, epoch, config)) {
        throw NotebookError(NotebookProblem::kUnusable, mistake);
    }
    BranchStart start;
    start.config = config;
    start.point = {run.uuid, epoch, changes_in_words(run.config, config)};
    start.preset = run.provenance.preset;
    start.donor = donor_of(notebook, config);
    add_legs(notebook, run, epoch, config.stencil.depth(), start);
    return std::make_shared<const BranchStart>(std::move(start));
}

std::vector<RunSummary> interrupted_runs(Notebook& notebook) {
    std::vector<RunSummary> found = notebook.runs();
    std::erase_if(found, [](const RunSummary& run) {
        return run.state != RunState::kRunning || has_living_owner(run);
    });
    std::ranges::reverse(found);
    return found;
}

} // namespace grokscope
