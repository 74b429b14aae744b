// When the weights of a run are recorded: one rule for all who keep them.
// Threads: the trainer's only.
#pragma once

#include "engine/protocol/event.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/weight_record.h"
#include "engine/train/recorder.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <variant>

namespace grokscope {

/// How often those who keep weights in memory alone take them, whatever a run records.
inline constexpr std::int32_t kKeepWeightsEvery = 100;

/// How weights are to be recorded; who keeps them in memory need not ask.
enum class WeightPrecision : std::uint8_t { kRounded, kExact };

/// Weights are recorded every so many epochs, rounded, and at the start and at marks, exactly. A
/// mark of a kind that the run had before, lost again and again, is worth the rounded ones: exact
/// weights take five times the room. Where an instrument of the laboratory is due, the weights are
/// recorded, too, exactly when it needs them so. A run may ask for all of them exactly.
class WeightCadence {
public:
    enum class Rule : std::uint8_t {
        kOfRun, ///< recorded_weights_every() and RunConfig::exact_weights
        kMemory ///< kKeepWeightsEvery
    };
    explicit WeightCadence(Rule rule) : rule_(rule) {}

    /// Notes the settings of a run, and marks: the next weights of their run are recorded. Those of
    /// a run that does not train are old ones, told again when it was resumed.
    void observe(const Event& event) {
        if (const auto* added = std::get_if<event::RunAdded>(&event)) {
            if (rule_ == Rule::kOfRun) {
                wishes_[added->run] = {recorded_weights_every(added->config),
                                       added->config.exact_weights, added->config.measure};
            }
        } else if (const auto* measures = std::get_if<event::MeasuresSet>(&event)) {
            if (const auto wish = wishes_.find(measures->run); wish != wishes_.end()) {
                wish->second.measure = measures->plan;
            }
        } else if (const auto* mark = std::get_if<event::Mark>(&event)) {
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
                wishes_.erase(change->run);
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
        const Wish wish = wishes_.contains(run) ? wishes_.at(run) : Wish{};
        const auto mark = at_mark_.extract(run);
        std::optional<WeightPrecision> precision;
        if (moment == Recorder::Moment::kMade) {
            precision = WeightPrecision::kExact;
        } else if (!mark.empty()) {
            precision = mark.mapped();
        } else if (epoch % wish.every == 0) {
            precision = WeightPrecision::kRounded;
        }
        for (const auto& [instrument, every] : wish.measure.entries()) {
            const InstrumentSpec* spec = find_instrument(instrument);
            if (spec != nullptr && epoch % every == 0) {
                precision = std::max(precision.value_or(WeightPrecision::kRounded),
                                     spec->needs_exact ? WeightPrecision::kExact
                                                       : WeightPrecision::kRounded);
            }
        }
        return precision && wish.exact ? WeightPrecision::kExact : precision;
    }

private:
    struct Wish {
        std::int32_t every = kKeepWeightsEvery;
        bool exact = false;
        MeasurePlan measure;
    };

    Rule rule_;
    std::map<RunId, Wish> wishes_;
    std::set<RunId> running_;
    std::map<RunId, WeightPrecision> at_mark_; ///< marks whose weights are still to come
    std::map<RunId, std::set<MarkKind>> seen_; ///< kinds of marks that runs have had
};

} // namespace grokscope
