// When the early warnings cry: after their baselines, above their thresholds, once.
#include "engine/train/early_warnings.h"

#include "engine/protocol/alarm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

namespace grokscope {
namespace {

constexpr RunId kRun{2};

/// Feeds rows in even steps and collects alarms.
class Watch {
public:
    explicit Watch(std::int32_t every = 50) : every_(every) {}
    void memorise() {
        MetricSample sample;
        sample.run = kRun;
        sample.epoch = epoch_ - every_;
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
        epoch_ += every_;
        const std::vector<event::Mark> marks = warnings_.observe(row);
        alarms.insert(alarms.end(), marks.begin(), marks.end());
    }
    EarlyWarnings warnings_;
    std::int32_t every_;
    std::int32_t epoch_ = 0;
};

TEST(EarlyWarnings, SeparationAlarmsAfterAHundredEpochsAboveTheBaseline) {
    Watch watch;
    watch.ildr({90, 90, 90}); // before it memorised: not part of the baseline
    watch.memorise();
    watch.ildr({1, 1, 1, 1, 1, 3, 3, 3, 3, 3}); // median 2: the alarm is above 5
    watch.ildr({6, 6, 4, 6, 6});
    EXPECT_TRUE(watch.alarms.empty()); // never for a hundred epochs
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

TEST(EarlyWarnings, TheCommutatorAlarmsAfterAHundredEpochsAboveTwiceItsLowest) {
    Watch watch(100);
    watch.defect({32, 53}); // before it memorised
    watch.memorise();
    watch.defect({264, 19, 18, 20}); // memorising throws it up: the baseline is 18
    watch.defect({35, 36, 37, 35});
    EXPECT_TRUE(watch.alarms.empty()); // never above 36 for a hundred epochs
    watch.defect({37, 38, 500});
    ASSERT_EQ(watch.alarms.size(), 1U); // and only once
    EXPECT_EQ(watch.alarms[0].kind, MarkKind::kCommutatorAlarm);
    EXPECT_EQ(watch.alarms[0].epoch, 1100);
}

TEST(EarlyWarnings, TheCommutatorOfARunThatDoesNotGeneraliseRaisesNothing) {
    Watch watch(100);
    watch.memorise();
    watch.defect({29, 30, 31, 33, 34, 34, 35, 35, 36, 36, 57, 57});
    EXPECT_TRUE(watch.alarms.empty());
    Watch lower(100);
    lower.memorise();
    lower.defect({900, 600, 400, 390, 380, 380, 40, 25, 49, 51, 40}); // it had not come down by 500
    EXPECT_TRUE(lower.alarms.empty());
    lower.defect({51, 52});
    EXPECT_EQ(lower.alarms.size(), 1U);
    Watch never(100);
    never.defect({32, 90, 300, 300, 300, 300, 300, 300, 300, 300});
    EXPECT_TRUE(never.alarms.empty()) << "it has not memorised";
}

/// First alarm about figures that grow steadily, seen every so many epochs from 0 to 6,000.
std::int32_t separation_alarm(std::int32_t every, double at_start, double slope) {
    EarlyWarnings warnings;
    for (std::int32_t epoch = 0; epoch <= 6000; epoch += 10) {
        ProgressRow row;
        row.epoch = epoch;
        row.ildr = at_start + slope * epoch;
        if (epoch % every == 0) {
            if (const auto alarms = warnings.observe(row); !alarms.empty()) {
                return alarms.front().epoch;
            }
        }
        MetricSample sample;
        sample.epoch = epoch;
        sample.train_accuracy = epoch < 150 ? 0.5 : 1.0;
        warnings.observe(sample);
    }
    return -1;
}

TEST(EarlyWarnings, TheAlarmDoesNotDependOnHowOftenOneLooks) {
    // Its median in the 500 epochs after 150 is 0.7, its threshold 1.75: crossed at 1,227. Of ten
    // figures ten epochs apart the threshold was 1.13, crossed at 740.
    for (const std::int32_t every : {10, 50, 100, 250}) {
        const std::int32_t alarm = separation_alarm(every, 0.191, 0.00127);
        EXPECT_GE(alarm, 1227 + 100) << "every " << every;
        EXPECT_LE(alarm, 1227 + 100 + 2 * every + 60) << "every " << every;
    }
    EXPECT_EQ(separation_alarm(1000, 0.191, 0.00127), 4000)
        << "baseline 1.461 at 1,000, alone; above 3.65 from 2,725 on, seen at 3,000";
}

TEST(EarlyWarnings, TheAlarmOfTheCommutatorDoesNotDependOnHowOftenOneLooks) {
    // Its lowest in the 500 epochs after 0 is about 30, twice that is passed at 5,010 to 5,210.
    for (const std::int32_t every : {50, 100, 250, 500}) {
        Watch watch(every);
        watch.defect({200}); // of epoch 0
        watch.memorise();
        for (std::int32_t epoch = every; epoch <= 7000; epoch += every) {
            watch.defect({epoch < 300 ? 200.0 : 28 * std::exp(epoch / 6800.0)});
        }
        ASSERT_EQ(watch.alarms.size(), 1U) << "every " << every;
        EXPECT_GE(watch.alarms[0].epoch, 5010 + 100) << "every " << every;
        EXPECT_LE(watch.alarms[0].epoch, 5210 + 100 + 2 * every) << "every " << every;
    }
}

TEST(EarlyWarnings, AnAlarmAfterGrokkingIsNamedLate) {
    constexpr auto kAlarm = MarkKind::kSeparationAlarm;
    EXPECT_EQ(name_of(kAlarm, 1400, 1630), "classes separate (early warning)");
    EXPECT_EQ(name_of(kAlarm, 2400, 1630), "classes separate (late: it had grokked)");
    EXPECT_EQ(name_of(kAlarm, 2400, std::nullopt), "classes separate (early warning)");
    EXPECT_EQ(name_of(MarkKind::kCommutatorAlarm, 2400, 1630),
              "gradients stop commuting (late: it had grokked)");
    EXPECT_EQ(name_of(MarkKind::kStable, 2400, 1630), "stable");
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
