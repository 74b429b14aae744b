// Whether a grok lasts: the first touch of 99 % may be lost again.
#pragma once

#include "engine/protocol/bounded.h"
#include "engine/protocol/metrics.h"

#include <cstdint>
#include <optional>

namespace grokscope {

/// Test accuracy that a grok which lasts keeps to the end.
inline constexpr double kLastingAccuracy = 0.95;
/// For so many epochs at least: fifty evaluations by default.
inline constexpr std::int32_t kLastingEpochs = 490;

/// Follows the evaluated epochs of one run, in order (science.md section 4). A value.
class LastingGrok {
public:
    void observe(std::int32_t epoch, double train_accuracy, double test_accuracy) {
        constexpr double kLearned = 0.99; // as Milestones have it, which live in engine/train
        constexpr double kLost = 0.9;
        last_epoch_ = epoch;
        if (!(test_accuracy >= kLastingAccuracy)) { // a NaN is no accuracy
            since_.reset();
        } else if (!since_) {
            since_ = epoch;
        }
        if (train_accuracy >= kLearned && test_accuracy >= kLearned) {
            grok_epoch_ = grok_epoch_.value_or(epoch);
            lost_ = false;
        } else if (grok_epoch_ && !lost_ && !(test_accuracy >= kLost)) {
            lost_ = true;
            ++times_lost_;
        }
    }
    void observe(const MetricSample& sample) {
        observe(sample.epoch, sample.train_accuracy, sample.test_accuracy);
    }

    /// First epoch with both accuracies at 99 %.
    [[nodiscard]] std::optional<std::int32_t> grok_epoch() const { return grok_epoch_; }
    /// Stable grok: the first evaluated epoch from which test accuracy has stayed at 95 % or above
    /// until the last one seen, kLastingEpochs later or more; of a run that has grokked. It may lie
    /// a little before the grok epoch, which asks for 99 %.
    [[nodiscard]] std::optional<std::int32_t> stable_grok() const {
        return grok_epoch_ && since_ && last_epoch_ - *since_ >= kLastingEpochs ? since_
                                                                                : std::nullopt;
    }
    /// The same, or the bound that is known of it: it cannot lie before the present stay at 95 %.
    [[nodiscard]] Bounded epoch() const {
        const auto stable = stable_grok();
        return stable ? Bounded::exactly(*stable) : Bounded::above(since_.value_or(last_epoch_));
    }
    /// Times that test accuracy fell below 90 % after the grok condition had held.
    [[nodiscard]] int times_lost() const { return times_lost_; }

    friend bool operator==(const LastingGrok&, const LastingGrok&) = default;

private:
    std::optional<std::int32_t> grok_epoch_;
    std::optional<std::int32_t> since_; ///< at 95 % or above
    std::int32_t last_epoch_ = 0;
    int times_lost_ = 0;
    bool lost_ = false;
};

} // namespace grokscope
