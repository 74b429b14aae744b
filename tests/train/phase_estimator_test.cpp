#include "engine/train/phase_estimator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <vector>

namespace grokscope {
namespace {

/// A run's curves as functions of the epoch.
struct Curves {
    std::function<double(int)> test_loss = [](int) { return 20.0; };
    std::function<double(int)> train_accuracy = [](int epoch) { return epoch < 140 ? 0.5 : 1.0; };
    std::function<double(int)> test_accuracy = [](int) { return 0.0; };
    std::function<double(int)> sum_squares = [](int) { return 2000.0; };
    /// At epochs divisible by 50; NaN: no key frequency yet.
    std::function<double(int)> excluded = [](int) { return std::nan(""); };
};

/// Feeds evaluated epochs and rows up to `last`; the epochs of the marks, and a failure when one is
/// given twice.
std::map<MarkKind, int> marks_of(const Curves& curves, int last) {
    PhaseEstimator estimator;
    std::map<MarkKind, int> marks;
    const auto keep = [&](const std::vector<event::Mark>& news) {
        for (const event::Mark& mark : news) {
            EXPECT_TRUE(marks.emplace(mark.kind, mark.epoch).second) << name_of(mark.kind);
            EXPECT_EQ(mark.run, RunId{4});
        }
    };
    for (int epoch = 0; epoch <= last; epoch += 10) {
        MetricSample sample;
        sample.run = RunId{4};
        sample.epoch = epoch;
        sample.train_accuracy = curves.train_accuracy(epoch);
        sample.test_accuracy = curves.test_accuracy(epoch);
        sample.test_loss = curves.test_loss(epoch);
        sample.weight_sum_squares = curves.sum_squares(epoch);
        keep(estimator.observe(sample));
        if (epoch % 50 == 0) {
            ProgressRow row;
            row.run = RunId{4};
            row.epoch = epoch;
            row.excluded_loss = curves.excluded(epoch);
            keep(estimator.observe(row));
        }
    }
    return marks;
}

using Marks = std::map<MarkKind, int>;

TEST(PhaseEstimator, MarksNothingOnARunThatOnlyMemorises) {
    Curves curves;
    curves.test_loss = [](int epoch) { return 5 + 0.001 * epoch; };
    curves.excluded = [](int) { return 2.0; };
    EXPECT_EQ(marks_of(curves, 5000), Marks{});
}

TEST(PhaseEstimator, SeesCircuitFormationInATestLossOnePercentBelowItsMaximum) {
    Curves curves;
    curves.test_loss = [](int epoch) {
        return epoch <= 1000 ? 20 + 0.01 * epoch : 30 - 0.001 * (epoch - 1000);
    };
    // 29.7 is reached at 1300.
    EXPECT_EQ(marks_of(curves, 2000), (Marks{{MarkKind::kCircuitFormation, 1300}}));
}

// Test loss of the baseline at seed 999, every 20 epochs from 160 to 300: it sank by 1.4 % when the
// training pairs were learnt, and rose again to 20.3 at 1300.
TEST(PhaseEstimator, IsNotMisledByTheDipAtTheEndOfMemorisation) {
    Curves curves;
    curves.test_loss = [](int epoch) {
        constexpr std::array kDip{14.54, 15.19, 15.11, 14.99, 14.97, 15.03, 15.11, 15.22};
        if (epoch < 160) {
            return 0.09 * epoch;
        }
        const auto step = static_cast<std::size_t>(epoch - 160) / 20;
        return step < kDip.size() ? kDip[step]
               : epoch <= 1300    ? 15.3 + 0.005 * (epoch - 300)
                                  : 20.3 - 0.001 * (epoch - 1300);
    };
    // 99 % of 20.3 is reached at 1503; one needs 100 epochs more to know it.
    EXPECT_EQ(marks_of(curves, 1600), Marks{});
    EXPECT_EQ(marks_of(curves, 1610), (Marks{{MarkKind::kCircuitFormation, 1510}}));
}

TEST(PhaseEstimator, WaitsForMemorisation) {
    Curves curves;
    curves.test_loss = [](int epoch) { return epoch < 100 ? 30.0 : 20.0; }; // falls early
    EXPECT_EQ(marks_of(curves, 500), (Marks{{MarkKind::kCircuitFormation, 140}}));
    curves.train_accuracy = [](int) { return 0.5; };
    EXPECT_EQ(marks_of(curves, 500), Marks{});
}

TEST(PhaseEstimator, SeesCircuitFormationInARiseOfExcludedLossSinceMemorised) {
    Curves curves;
    curves.excluded = [](int epoch) {
        return epoch < 140 ? 0.01 : epoch < 600 ? 2 - epoch / 1000.0 : 1.4 + (epoch - 600) / 1000.0;
    };
    // The least since memorised is 1.4 at 600, so 1.54 counts: at 750. What was before 140 does
    // not.
    EXPECT_EQ(marks_of(curves, 2000), (Marks{{MarkKind::kCircuitFormation, 750}}));
}

TEST(PhaseEstimator, TakesAMissingExcludedLossForAGap) {
    Curves curves;
    curves.excluded = [](int epoch) { return epoch % 100 == 0 ? std::nan("") : 1.0; };
    EXPECT_EQ(marks_of(curves, 2000), Marks{});
}

TEST(PhaseEstimator, MarksCleanUpWhenTheWeightsHaveSettledAfterGrokking) {
    Curves curves;
    curves.test_loss = [](int epoch) { return epoch < 3000 ? 20.0 : 1e-3; };
    curves.test_accuracy = [](int epoch) { return epoch < 3000 ? 0.1 : 1.0; };
    curves.sum_squares = [](int epoch) { return std::max(1500.0, 3500 - epoch * 0.5); };
    // 1500 at 4000 and after; before it 1515.15 is 1 % more: W(3960) = 1520, W(3970) = 1515.
    EXPECT_EQ(marks_of(curves, 6000),
              (Marks{{MarkKind::kCircuitFormation, 3000}, {MarkKind::kCleanupDone, 4470}}));
}

TEST(PhaseEstimator, IsNotMisledByWeightsThatRoseAndFellWithinTheWindow) {
    Curves curves;
    curves.train_accuracy = [](int) { return 1.0; };
    curves.test_accuracy = [](int) { return 1.0; };
    curves.test_loss = [](int) { return 1e-3; };
    curves.sum_squares = [](int epoch) { // 2000 at 500 as at 0, and falling
        return epoch < 250 ? 2000.0 + 4 * epoch : std::max(1000.0, 4000.0 - 4 * epoch);
    };
    // 1000 from 750 on; 1010.1 is 1 % more: W(740) = 1040, so at 1250.
    EXPECT_EQ(marks_of(curves, 2000), (Marks{{MarkKind::kCleanupDone, 1250}}));
}

TEST(PhaseEstimator, NeedsALowTestLossForCleanUp) {
    Curves curves;
    curves.test_accuracy = [](int epoch) { return epoch < 1000 ? 0.1 : 1.0; };
    curves.test_loss = [](int epoch) { return epoch < 2000 ? 0.02 : 0.009; };
    EXPECT_EQ(marks_of(curves, 3000).at(MarkKind::kCleanupDone), 2000);
    curves.test_loss = [](int) { return 0.02; };
    EXPECT_EQ(marks_of(curves, 3000), Marks{});
}

TEST(PhaseEstimator, NeedsFiveHundredEpochsOfWeights) {
    Curves curves;
    curves.train_accuracy = [](int) { return 1.0; };
    curves.test_accuracy = [](int) { return 1.0; };
    curves.test_loss = [](int) { return 1e-3; };
    EXPECT_EQ(marks_of(curves, 1000), (Marks{{MarkKind::kCleanupDone, 500}}));
}

} // namespace
} // namespace grokscope
