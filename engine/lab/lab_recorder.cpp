#include "engine/lab/lab_recorder.h"

#include <algorithm>
#include <utility>

namespace grokscope {

void LabRecorder::record(const Event& event) {
    if (const auto* added = std::get_if<event::RunAdded>(&event)) {
        plans_[added->run] = added->config.measure;
        items_.send(lab_item::Made{added->run, added->config, added->branch});
    } else if (const auto* measures = std::get_if<event::MeasuresSet>(&event)) {
        plans_[measures->run] = measures->plan;
        items_.send(lab_item::Plan{measures->run, measures->plan});
    } else if (const auto* reset = std::get_if<event::RunReset>(&event)) {
        items_.send(lab_item::Reset{reset->run, reset->life});
    } else if (const auto* change = std::get_if<event::StateChanged>(&event);
               change != nullptr && change->state == RunState::kRemoved) {
        plans_.erase(change->run);
        items_.send(lab_item::Removed{change->run});
    }
}

void LabRecorder::resumed(RunId run, const StoredRun& stored) {
    items_.send(lab_item::Resumed{run, stored.uuid});
}

void LabRecorder::between_epochs(RunId run, const TrainingState& state, const TrainingTime&,
                                 Moment moment) {
    if (moment == Moment::kResting) {
        return;
    }
    const MeasurePlan& plan = plans_[run];
    const bool due = std::ranges::any_of(plan.entries(), [&](const MeasurePlan::Entry& entry) {
        return state.epoch % entry.second == 0;
    });
    if (due) {
        items_.send(lab_item::Trained{run, state.epoch});
    }
}

} // namespace grokscope
