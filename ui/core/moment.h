// What the window knows of a run at one epoch, and of nothing after it: all that a sentence about
// the run may speak of (claims.h).
#pragma once

#include "ui/core/run_book.h"

#include <cstdint>

namespace grokscope::ui {

/// The limits of the milestones (science.md section 4), which the engine decides; a test compares.
inline constexpr double kLearnedFrom = 0.99;
inline constexpr double kLostBelow = 0.9;
inline constexpr double kLossHalved = 0.5;
inline constexpr std::int32_t kStableFor = 1000;

/// Share of unseen sums up to which hardly any is right, where guessing gives less.
inline constexpr double kHardlyAny = 0.1;

/// A run as it stood when the figures of `epoch` were the newest.
struct Moment {
    bool exists = false; ///< false: there is no run
    RunState state = RunState::kIdle;
    bool baseline = true; ///< neither probes nor a control
    Operation operation = Operation::kAdd;
    bool branch = false;       ///< its first weights are another run's
    bool fork = false;         ///< a branch that goes on with the whole state of the other
    bool retraces = false;     ///< a fork that is computing its original again
    std::int32_t epoch = -1;   ///< evaluated; -1: there are no figures up to then
    std::int32_t newest = -1;  ///< of the whole record
    double train = 0;          ///< accuracy, 0..1
    double test = 0;           ///< the same on sums never seen
    double train_guessing = 0; ///< up to this share (three standard deviations) guessing goes
    double test_guessing = 0;
    /// Test loss as a share of its largest up to then.
    double loss_share = 1;
    bool memorised = false; ///< train accuracy has been learned
    bool grokked = false;   ///< both have
    bool lost = false;      ///< test accuracy has been below kLostBelow since
    bool returned = false;  ///< both have been learned again after that
    /// Of sums never seen, those of which b + a was trained on are right to 90 % or more, and not
    /// half of the others (metrics.h knows_order_alone()).
    bool order_alone = false;
    /// That was so at an epoch before the grok epoch.
    bool order_first = false;
    /// For how many epochs both have been learned without a break, 1,000 at most; -1: they are not.
    std::int32_t learned_for = -1;

    [[nodiscard]] bool learned() const { return learned_for >= 0; }
    /// Up to this share of unseen sums hardly any is right.
    [[nodiscard]] double test_low() const {
        return test_guessing > kHardlyAny ? test_guessing : kHardlyAny;
    }
};

/// `run` may be null.
[[nodiscard]] Moment moment_at(const RunRecord* run, std::int32_t epoch);

} // namespace grokscope::ui
