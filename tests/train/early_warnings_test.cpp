// When the early warnings cry: after their baselines, above their thresholds, once.
#include "engine/train/early_warnings.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace grokscope {
namespace {

constexpr RunId kRun{2};

/// Feeds rows every 50 epochs and collects alarms.
class Watch {
public:
    void memorise() {
        MetricSample sample;
        sample.run = kRun;
        sample.train_accuracy = 0.995;
        warnings_.observe(sample);
    }
    void ildr(std::initializer_list<double> values) {
        for (const double value : values) {
            ProgressRow row;
            row.ildr = value;
            take(row);
        }
    }
    void defect(std::initializer_list<double> values) {
        for (const double value : values) {
            ProgressRow row;
            row.commutator_defect = value;
            take(row);
        }
    }
    std::vector<event::Mark> alarms;

private:
    void take(ProgressRow& row) {
        row.run = kRun;
        row.epoch = epoch_;
        epoch_ += 50;
        const std::vector<event::Mark> marks = warnings_.observe(row);
        alarms.insert(alarms.end(), marks.begin(), marks.end());
    }
    EarlyWarnings warnings_;
    std::int32_t epoch_ = 0;
};

TEST(EarlyWarnings, SeparationAlarmsAtTheThirdInARowAboveTheBaseline) {
    Watch watch;
    watch.ildr({90, 90, 90}); // before it memorised: not part of the baseline
    watch.memorise();
    watch.ildr({1, 1, 1, 1, 1, 3, 3, 3, 3, 3}); // median 2: the alarm is above 5
    watch.ildr({6, 6, 4, 6, 6});
    EXPECT_TRUE(watch.alarms.empty()); // never three in a row
    watch.ildr({5.1, 9, 9, 9});
    ASSERT_EQ(watch.alarms.size(), 1U); // and only once
    EXPECT_EQ(watch.alarms[0].kind, MarkKind::kSeparationAlarm);
    EXPECT_EQ(watch.alarms[0].epoch, (3 + 10 + 5) * 50);
    EXPECT_EQ(watch.alarms[0].run, kRun);
}

TEST(EarlyWarnings, ARunThatHasNotMemorisedHasNoBaseline) {
    Watch watch;
    watch.ildr({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 50, 50, 50, 50});
    EXPECT_TRUE(watch.alarms.empty());
}

TEST(EarlyWarnings, TheCommutatorAlarmsAboveTwentyAndTenTimesItsStart) {
    Watch watch;
    watch.defect({1, 3, 2}); // median 2
    watch.defect({19.9, 20});
    EXPECT_TRUE(watch.alarms.empty());
    watch.defect({20.1, 500});
    ASSERT_EQ(watch.alarms.size(), 1U);
    EXPECT_EQ(watch.alarms[0].kind, MarkKind::kCommutatorAlarm);
    EXPECT_EQ(watch.alarms[0].epoch, 250);

    Watch high;
    high.defect({30, 5, 4});
    high.defect({49});
    EXPECT_TRUE(high.alarms.empty()); // above twenty, but not ten times its start
    high.defect({51});
    EXPECT_EQ(high.alarms.size(), 1U);
}

TEST(EarlyWarnings, RowsWithoutThemRaiseNothing) {
    Watch watch;
    watch.memorise();
    EarlyWarnings warnings;
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(warnings.observe(ProgressRow{}).empty());
    }
}

} // namespace
} // namespace grokscope
