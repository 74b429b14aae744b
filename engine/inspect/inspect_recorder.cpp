#include "engine/inspect/inspect_recorder.h"

#include <utility>

namespace grokscope {

void InspectRecorder::record(const Event& event) {
    cadence_.observe(event);
    if (const auto* added = std::get_if<event::RunAdded>(&event)) {
        items_.send(inspect_item::Made{added->run, added->config, added->branch});
    } else if (const auto* reset = std::get_if<event::RunReset>(&event)) {
        items_.send(inspect_item::Reset{reset->run, reset->life});
    } else if (const auto* change = std::get_if<event::StateChanged>(&event)) {
        if (change->state == RunState::kRemoved) {
            items_.send(inspect_item::Removed{change->run});
        } else if (change->state == RunState::kFinished && running_.contains(change->run)) {
            items_.send(
                inspect_item::Finished{change->run}); // not of a record that is only looked at
        }
        if (change->state == RunState::kRunning) {
            running_.insert(change->run);
        } else {
            running_.erase(change->run);
        }
    }
}

void InspectRecorder::resumed(RunId run, const StoredRun& stored) {
    items_.send(inspect_item::Resumed{run, stored.number, stored.state.epoch});
    // No state is offered before it trains, and its newest one may not be among the recorded.
    items_.send(inspect_item::Weights{run, stored.state.epoch,
                                      std::make_shared<const Parameters>(stored.state.parameters)});
}

void InspectRecorder::between_epochs(RunId run, const TrainingState& state, const TrainingTime&,
                                     Moment moment) {
    // At rest, those that the run stands at too: its newest figures are theirs, and of a run that
    // has ended there will never be newer ones.
    if (cadence_.due(run, state.epoch, moment) || moment == Moment::kResting) {
        items_.send(inspect_item::Weights{run, state.epoch,
                                          std::make_shared<const Parameters>(state.parameters)});
    }
}

} // namespace grokscope
