#include "engine/inspect/inspect_recorder.h"

#include <utility>

namespace grokscope {

void InspectRecorder::send(InspectItem item) {
    items_.send(std::move(item));
    doorbell_.ring();
}

void InspectRecorder::record(const Event& event) {
    cadence_.observe(event);
    if (const auto* added = std::get_if<event::RunAdded>(&event)) {
        send(inspect_item::Made{added->run, added->config, added->branch});
    } else if (const auto* reset = std::get_if<event::RunReset>(&event)) {
        send(inspect_item::Reset{reset->run, reset->life});
    } else if (const auto* change = std::get_if<event::StateChanged>(&event)) {
        if (change->state == RunState::kRemoved) {
            send(inspect_item::Removed{change->run});
        } else if (change->state == RunState::kFinished && running_.contains(change->run)) {
            send(inspect_item::Finished{change->run}); // not of a record that is only looked at
        }
        if (change->state == RunState::kRunning) {
            running_.insert(change->run);
        } else {
            running_.erase(change->run);
        }
    }
}

void InspectRecorder::resumed(RunId run, const StoredRun& stored) {
    send(inspect_item::Resumed{run, stored.number, stored.state.epoch});
    // No state is offered before it trains, and its newest one may not be among the recorded.
    send(inspect_item::Weights{run, stored.state.epoch,
                               std::make_shared<const Parameters>(stored.state.parameters)});
}

void InspectRecorder::between_epochs(RunId run, const TrainingState& state, const TrainingTime&,
                                     Moment moment) {
    // At rest, those that the run stands at too: its newest figures are theirs, and of a run that
    // has ended there will never be newer ones.
    if (cadence_.due(run, state.epoch, moment) || moment == Moment::kResting) {
        send(inspect_item::Weights{run, state.epoch,
                                   std::make_shared<const Parameters>(state.parameters)});
    }
}

bool InspectRecorder::flush() {
    const std::size_t before = items_.waiting();
    const bool empty = items_.flush();
    if (items_.waiting() != before) {
        doorbell_.ring();
    }
    return empty;
}

} // namespace grokscope
