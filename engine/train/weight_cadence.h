// When the weights of a run are recorded: one rule for all who keep them.
// Threads: the trainer's only.
#pragma once

#include "engine/protocol/event.h"
#include "engine/train/recorder.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <variant>

namespace grokscope {

/// Weights are recorded every so many epochs, rounded, and at the start and at marks, exactly. A
/// mark of a kind that the run had before, lost again and again, is worth the rounded ones: exact
/// weights take five times the room.
inline constexpr std::int32_t kRecordWeightsEvery = 100;

/// How weights are to be recorded; who keeps them in memory need not ask.
enum class WeightPrecision : std::uint8_t { kRounded, kExact };

class WeightCadence {
public:
    /// Notes marks: the next weights of their run are recorded. Those of a run that does not train
    /// are old ones, told again when it was resumed.
    void observe(const Event& event) {
        if (const auto* mark = std::get_if<event::Mark>(&event)) {
            const bool first = seen_[mark->run].insert(mark->kind).second;
            if (running_.contains(mark->run)) {
                WeightPrecision& precision =
                    at_mark_.try_emplace(mark->run, WeightPrecision::kRounded).first->second;
                precision = first ? WeightPrecision::kExact : precision;
            }
        } else if (const auto* reset = std::get_if<event::RunReset>(&event)) {
            seen_.erase(reset->run);
        } else if (const auto* change = std::get_if<event::StateChanged>(&event)) {
            if (change->state == RunState::kRunning) {
                running_.insert(change->run);
            } else {
                running_.erase(change->run);
            }
            if (change->state == RunState::kRemoved) {
                at_mark_.erase(change->run);
                seen_.erase(change->run);
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
        const auto mark = at_mark_.extract(run);
        if (moment == Recorder::Moment::kMade) {
            return WeightPrecision::kExact;
        }
        if (!mark.empty()) {
            return mark.mapped();
        }
        return epoch % kRecordWeightsEvery == 0 ? std::optional(WeightPrecision::kRounded)
                                                : std::nullopt;
    }

private:
    std::set<RunId> running_;
    std::map<RunId, WeightPrecision> at_mark_; ///< marks whose weights are still to come
    std::map<RunId, std::set<MarkKind>> seen_; ///< kinds of marks that runs have had
};

} // namespace grokscope
