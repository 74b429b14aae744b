// What the trainer tells: acknowledgements, states and marks. Never dropped, always in order.
#pragma once

#include "engine/protocol/branch.h"
#include "engine/protocol/config.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/workplace.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grokscope {

struct InstrumentSpec; // instrument.h, which needs the marks below

/// Life of a run. kIdle: has weights, was never started. kFinished: reached its last epoch or its
/// stop condition. kFailed: stopped by an error, data kept.
enum class RunState : std::uint8_t { kIdle, kRunning, kPaused, kFinished, kFailed, kRemoved };

/// Epochs worth a mark on the axis (science.md sections 0 and 4).
enum class MarkKind : std::uint8_t {
    kMemorised,  ///< train accuracy >= 0.99
    kTransition, ///< test loss at or below half its running maximum, after memorised
    kGrokked,    ///< the grok epoch: train and test accuracy >= 0.99
    kStable,     ///< both stayed there for 1,000 epochs; the epoch marked is the basin's first
    kLostAgain,  ///< test accuracy fell below 0.9 after grokking
    /// Estimate: memorised, and test loss 100 epochs at or below 0.99 of its running maximum, or
    /// excluded loss at or above 1.1 of its minimum since memorised.
    kCircuitFormation,
    /// Estimate: grokked, test loss < 1e-2, weights' sum of squares less than 1 % below its largest
    /// of the last 500 epochs.
    kCleanupDone,
    kSeparationAlarm, ///< early warning: ILDR above 2.5 times its baseline for 100 epochs
    kCommutatorAlarm, ///< early warning: commutator defect above twice its lowest likewise
    /// The order of the two numbers does not matter any more, but sums are not known yet: accuracy
    /// of the test pairs whose mirror trains >= 0.9, of the truly new ones < 0.5.
    kOrderLearned
};

/// Answer to one Command, sent when it has taken effect between two epochs.
struct Acknowledgement {
    std::uint64_t number = 0;
    bool accepted = true;
    /// Why not, in one sentence; empty when accepted.
    std::string reason;
};

namespace event {

/// The run changed state. `epoch` is the next epoch to train.
struct StateChanged {
    RunId run{};
    RunState state = RunState::kIdle;
    std::int32_t epoch = 0;
    /// For kFailed: what happened and what to do. For kFinished: why it ended.
    std::string text;
};
/// Sent once per added run: its identity and how it is computed.
struct RunAdded {
    RunId run{};
    RunConfig config;
    /// Implementation in use, "reference" or "fused", with its device or SIMD target.
    std::string step_description;
    /// It was taken up from a record: its figures so far follow at once.
    bool recorded = false;
    /// Where its first weights come from, when not from its seed.
    std::optional<BranchPoint> branch = std::nullopt;
    /// The instruments of its record that this version does not have, as that describes them. Null
    /// where there are none.
    std::shared_ptr<const std::vector<InstrumentSpec>> other_instruments = nullptr;
    /// The built-in configuration that its own began as; empty when it began as none.
    std::string preset = {};
};
/// A fork computes its original's epochs anew, up to the one at which it begins.
struct Retraced {
    RunId run{};
    std::int32_t epoch = 0; ///< the next to compute
    std::int32_t until = 0;
};
/// The run was reset: everything recorded of it so far is void. Records travel beside events, so
/// some of the old life may still arrive: they carry a smaller `life` than this.
struct RunReset {
    RunId run{};
    /// Resets of the run up to now, this one included.
    std::uint32_t life = 0;
};
/// Comes in order with RunReset, as events do, so it needs no `life`.
struct Mark {
    RunId run{};
    MarkKind kind = MarkKind::kMemorised;
    std::int32_t epoch = 0;
};
/// A recorded run begins to train elsewhere than where it was left: under another SIMD target, on
/// another processor, with another BLAS or version. Sent before its StateChanged to kRunning.
struct WorkplaceChanged {
    RunId run{};
    std::int32_t epoch = 0; ///< the next to train
    Workplace before;
    Workplace now;
};
/// Other instruments measure the run from now on, or at another cadence.
struct MeasuresSet {
    RunId run{};
    MeasurePlan plan;
};
/// So many threads train from now on, of those that the trainer was made with.
struct WorkersSet {
    int working = 1;
    int available = 1;
};

} // namespace event

using Event = std::variant<Acknowledgement, event::StateChanged, event::RunAdded, event::RunReset,
                           event::Mark, event::WorkplaceChanged, event::WorkersSet,
                           event::MeasuresSet, event::Retraced>;

/// One sentence, without a capital and a full stop.
[[nodiscard]] inline std::string in_words(const event::WorkplaceChanged& changed) {
    return "resumed with " + changes_of_workplace(changed.before, changed.now) + " from epoch " +
           std::to_string(changed.epoch) + ": figures from here may differ in the last bits";
}

[[nodiscard]] inline std::string_view name_of(RunState state) {
    switch (state) {
    case RunState::kIdle:
        return "idle";
    case RunState::kRunning:
        return "running";
    case RunState::kPaused:
        return "paused";
    case RunState::kFinished:
        return "finished";
    case RunState::kFailed:
        return "failed";
    case RunState::kRemoved:
        return "removed";
    }
    return "unknown";
}

[[nodiscard]] inline std::string_view name_of(MarkKind kind) {
    switch (kind) {
    case MarkKind::kMemorised:
        return "memorised";
    case MarkKind::kTransition:
        return "transition begins";
    case MarkKind::kGrokked:
        return "grokked";
    case MarkKind::kStable:
        return "stable";
    case MarkKind::kLostAgain:
        return "lost again";
    case MarkKind::kCircuitFormation:
        return "circuit formation begins (estimate)";
    case MarkKind::kCleanupDone:
        return "clean-up done (estimate)";
    case MarkKind::kSeparationAlarm:
        return "classes separate (early warning)";
    case MarkKind::kCommutatorAlarm:
        return "gradients stop commuting (early warning)";
    case MarkKind::kOrderLearned:
        return "order does not matter";
    }
    return "unknown";
}

} // namespace grokscope
