// Decides from the curves when a run memorised, learnt that order does not matter, began its
// transition, grokked, became stable or was lost again (science.md sections 0 and 4). Looks at
// evaluated epochs only, each once, in order.
#pragma once

#include "engine/protocol/event.h"
#include "engine/protocol/metrics.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace grokscope {

/// Accuracy from which a split counts as learned.
inline constexpr double kLearnedAccuracy = 0.99;
/// Test accuracy below which a grokked run counts as lost again.
inline constexpr double kLostAccuracy = 0.9;
/// The transition begins when test loss is at most this share of its running maximum.
inline constexpr double kTransitionShare = 0.5;
/// Epochs for which both accuracies must stay learned in the stable basin.
inline constexpr std::int32_t kStableEpochs = 1000;

/// The milestones of one run. A value: a copy goes into a checkpoint.
class Milestones {
public:
    /// Takes in the next evaluated epoch and returns the marks it causes, in the order memorised,
    /// transition, grokked, stable, lost again, order does not matter. Every kind comes once,
    /// except lost again, which may come anew after the grok condition held in between. The stable
    /// mark carries the basin's first epoch, which lies 1,000 epochs back or more. That order does
    /// not matter is marked only where it is known not to have been so at the evaluated epoch
    /// before: records of older versions lack the figures.
    [[nodiscard]] std::vector<event::Mark> observe(const MetricSample& sample);

    /// First epoch with both accuracies learned.
    [[nodiscard]] std::optional<std::int32_t> grok_epoch() const { return grok_epoch_; }
    /// First epoch of the confirmed stable basin.
    [[nodiscard]] std::optional<std::int32_t> stable_epoch() const { return stable_epoch_; }

private:
    bool memorised_ = false;
    bool in_transition_ = false;
    bool lost_ = false;
    bool order_learned_ = false;
    bool order_was_unknown_ = false; ///< at the evaluated epoch before
    double largest_test_loss_ = 0;
    std::optional<std::int32_t> grok_epoch_;
    std::optional<std::int32_t> stable_epoch_;
    std::optional<std::int32_t> learned_since_; ///< start of the current unbroken stretch
};

} // namespace grokscope
