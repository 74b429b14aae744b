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
    /// All that it remembers, as the notebook keeps it.
    struct Memory {
        std::optional<std::int32_t> grok_epoch;
        std::optional<std::int32_t> since; ///< at 95 % or above
        std::int32_t last_epoch = 0;
        int times_lost = 0;
        bool lost = false;

        friend bool operator==(const Memory&, const Memory&) = default;
    };

    LastingGrok() = default;
    explicit LastingGrok(const Memory& memory) : memory_(memory) {}

    void observe(std::int32_t epoch, double train_accuracy, double test_accuracy) {
        constexpr double kLearned = 0.99; // as Milestones have it, which live in engine/train
        constexpr double kLost = 0.9;
        memory_.last_epoch = epoch;
        if (!(test_accuracy >= kLastingAccuracy)) { // a NaN is no accuracy
            memory_.since.reset();
        } else if (!memory_.since) {
            memory_.since = epoch;
        }
        if (train_accuracy >= kLearned && test_accuracy >= kLearned) {
            memory_.grok_epoch = memory_.grok_epoch.value_or(epoch);
            memory_.lost = false;
        } else if (memory_.grok_epoch && !memory_.lost && !(test_accuracy >= kLost)) {
            memory_.lost = true;
            ++memory_.times_lost;
        }
    }
    void observe(const MetricSample& sample) {
        observe(sample.epoch, sample.train_accuracy, sample.test_accuracy);
    }

    /// First epoch with both accuracies at 99 %.
    [[nodiscard]] std::optional<std::int32_t> grok_epoch() const { return memory_.grok_epoch; }
    /// Stable grok: the first evaluated epoch from which test accuracy has stayed at 95 % or above
    /// until the last one seen, kLastingEpochs later or more; of a run that has grokked. It may lie
    /// a little before the grok epoch, which asks for 99 %.
    [[nodiscard]] std::optional<std::int32_t> stable_grok() const {
        return memory_.grok_epoch && memory_.since &&
                       memory_.last_epoch - *memory_.since >= kLastingEpochs
                   ? memory_.since
                   : std::nullopt;
    }
    /// The same, or the bound that is known of it: it cannot lie before the present stay at 95 %.
    [[nodiscard]] Bounded epoch() const {
        const auto stable = stable_grok();
        return stable ? Bounded::exactly(*stable)
                      : Bounded::above(memory_.since.value_or(memory_.last_epoch));
    }
    /// Times that test accuracy fell below 90 % after the grok condition had held.
    [[nodiscard]] int times_lost() const { return memory_.times_lost; }
    [[nodiscard]] const Memory& memory() const { return memory_; }

    friend bool operator==(const LastingGrok&, const LastingGrok&) = default;

private:
    Memory memory_;
};

} // namespace grokscope
