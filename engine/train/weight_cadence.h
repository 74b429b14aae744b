// When the weights of a run are recorded: one rule for all who keep them.
// Threads: the trainer's only.
#pragma once

#include "engine/protocol/event.h"
#include "engine/train/recorder.h"

#include <cstdint>
#include <optional>
#include <set>
#include <variant>

namespace grokscope {

/// Weights are recorded every so many epochs, rounded, and exactly at the start and at marks.
inline constexpr std::int32_t kRecordWeightsEvery = 100;

/// How weights are to be recorded; who keeps them in memory need not ask.
enum class WeightPrecision : std::uint8_t { kRounded, kExact };

class WeightCadence {
public:
    /// Notes marks: the next weights of their run are recorded. Those of a run that does not train
    /// are old ones, told again when it was resumed.
    void observe(const Event& event) {
        if (const auto* mark = std::get_if<event::Mark>(&event)) {
            if (running_.contains(mark->run)) {
                at_mark_.insert(mark->run);
            }
        } else if (const auto* change = std::get_if<event::StateChanged>(&event)) {
            if (change->state == RunState::kRunning) {
                running_.insert(change->run);
            } else {
                running_.erase(change->run);
            }
            if (change->state == RunState::kRemoved) {
                at_mark_.erase(change->run);
            }
        }
    }

    /// Whether and how the weights that are the input of `epoch` are to be recorded; asked once for
    /// each state that is offered.
    [[nodiscard]] std::optional<WeightPrecision> due(RunId run, std::int32_t epoch,
                                                     Recorder::Moment moment) {
        if (moment == Recorder::Moment::kResting) {
            return std::nullopt;
        }
        if (at_mark_.erase(run) > 0 || moment == Recorder::Moment::kMade) {
            return WeightPrecision::kExact;
        }
        return epoch % kRecordWeightsEvery == 0 ? std::optional(WeightPrecision::kRounded)
                                                : std::nullopt;
    }

private:
    std::set<RunId> running_;
    std::set<RunId> at_mark_; ///< runs with a mark whose weights are still to come
};

} // namespace grokscope
