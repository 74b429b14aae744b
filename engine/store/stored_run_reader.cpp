#include "engine/store/stored_run_reader.h"

#include "engine/store/process_owner.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace grokscope {

namespace {

NotebookError refusal(StoredRunId run, const std::string& why) {
    return {NotebookProblem::kUnusable,
            "run " + std::to_string(static_cast<std::int64_t>(run)) + " cannot go on: " + why};
}

bool is_being_trained(const RunSummary& run) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    return may_be_alive(run.owner, run.heartbeat, now);
}

} // namespace

std::shared_ptr<const StoredRun> read_for_resuming(Notebook& notebook, StoredRunId run,
                                                   std::optional<std::int32_t> epochs) {
    const RunSummary summary = notebook.run(run);
    if (is_being_trained(summary)) {
        throw refusal(run, "another process (" + summary.owner +
                               ") trains it at the moment; end that one first");
    }
    std::optional<StoredCheckpoint> checkpoint = notebook.checkpoint(run);
    if (!checkpoint) {
        throw refusal(run, "the notebook holds no checkpoint of it");
    }
    StoredRun stored{.number = static_cast<std::int64_t>(run),
                     .config = summary.config,
                     .state = std::move(checkpoint->state),
                     .wall_seconds = checkpoint->wall_seconds,
                     .metrics = notebook.metrics(run),
                     .snapshots = notebook.spectra(run),
                     .progress = notebook.measures(run)};
    const std::int32_t epoch = stored.state.epoch;
    if (epochs) {
        stored.config.epochs = *epochs;
        for (const std::string& mistake : stored.config.validate()) {
            throw refusal(run, mistake);
        }
    }
    if (epoch >= stored.config.epochs) {
        throw refusal(run, "it has trained all " + std::to_string(stored.config.epochs) +
                               " epochs planned for it; give it more (--epochs)");
    }
    // Written after the checkpoint, and about to come again.
    std::erase_if(stored.metrics, [&](const auto& sample) { return sample.epoch >= epoch; });
    std::erase_if(stored.snapshots, [&](const auto& one) { return one.epoch > epoch; });
    std::erase_if(stored.progress, [&](const auto& row) { return row.epoch > epoch; });
    return std::make_shared<const StoredRun>(std::move(stored));
}

std::vector<RunSummary> interrupted_runs(Notebook& notebook) {
    std::vector<RunSummary> found = notebook.runs();
    std::erase_if(found, [](const RunSummary& run) {
        return run.state != RunState::kRunning || is_being_trained(run);
    });
    std::ranges::reverse(found);
    return found;
}

} // namespace grokscope
