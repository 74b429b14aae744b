// When the weights of a run are recorded: one rule for all who keep them.
// Threads: the trainer's only.
#pragma once

#include "engine/protocol/event.h"
#include "engine/train/recorder.h"

#include <cstdint>
#include <set>
#include <variant>

namespace grokscope {

/// Weights are recorded every so many epochs, and at marks.
inline constexpr std::int32_t kRecordWeightsEvery = 100;

class WeightCadence {
public:
    /// Notes marks: the next weights of their run are recorded.
    void observe(const Event& event) {
        if (const auto* mark = std::get_if<event::Mark>(&event)) {
            at_mark_.insert(mark->run);
        } else if (const auto* change = std::get_if<event::StateChanged>(&event);
                   change != nullptr && change->state == RunState::kRemoved) {
            at_mark_.erase(change->run);
        }
    }

    /// True when the weights that are the input of `epoch` are to be recorded; asked once for each
    /// state that is offered.
    [[nodiscard]] bool due(RunId run, std::int32_t epoch, Recorder::Moment moment) {
        if (moment == Recorder::Moment::kResting) {
            return false;
        }
        const bool at_mark = at_mark_.erase(run) > 0;
        return moment == Recorder::Moment::kMade || at_mark || epoch % kRecordWeightsEvery == 0;
    }

private:
    std::set<RunId> at_mark_; ///< runs with a mark whose weights are still to come
};

} // namespace grokscope
