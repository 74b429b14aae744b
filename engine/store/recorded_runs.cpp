#include "engine/store/recorded_runs.h"

#include "engine/store/config_json.h"

#include <utility>

namespace grokscope {

RecordedRuns::RecordedRuns(Notebook& notebook) {
    for (RunSummary& run : notebook.runs()) {
        if (!run.provenance.parent.empty()) {
            continue;
        }
        const auto [place, is_first] =
            places_.try_emplace(config_to_json(run.config), runs_.size());
        if (is_first) {
            runs_.push_back(std::move(run));
        } else if (run.epoch > runs_[place->second].epoch) {
            runs_[place->second] = std::move(run);
        }
    }
}

const RunSummary* RecordedRuns::find(const RunConfig& config) const {
    const auto found = places_.find(config_to_json(config));
    return found == places_.end() ? nullptr : &runs_[found->second];
}

bool is_done(const RunSummary* run) {
    return run != nullptr && (run->state == RunState::kFinished ||
                              run->state == RunState::kFailed || run->epoch >= run->config.epochs);
}

SweepRun marked_run(Notebook& notebook, const RunSummary& run) {
    SweepRun outcome{.config = run.config,
                     .memorised_epoch = std::nullopt,
                     .grok_epoch = std::nullopt,
                     .last_epoch = run.epoch,
                     .lasting = {},
                     .wall_seconds = run.wall_seconds,
                     .cpu_seconds = run.cpu_seconds};
    for (const StoredMark& mark : notebook.marks(run.id)) {
        if (mark.kind == MarkKind::kGrokked) {
            outcome.grok_epoch = mark.epoch;
        } else if (mark.kind == MarkKind::kMemorised) {
            outcome.memorised_epoch = mark.epoch;
        }
    }
    outcome.failed = run.state == RunState::kFailed && !outcome.grok_epoch;
    return outcome;
}

} // namespace grokscope
