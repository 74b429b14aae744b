// When the early warnings cry: after their baselines, above their thresholds, once.
#include "engine/train/alarms.h"

#include "engine/protocol/alarm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <vector>

namespace grokscope {
namespace {

constexpr RunId kRun{2};
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Readings in even steps, and the alarms that they raise.
class Watch {
public:
    explicit Watch(std::int32_t every = 50) : every_(every) {}
    void memorise() { memorised_ = epoch_ - every_; }
    void ildr(std::initializer_list<double> values) { take("ildr", "ildr", values); }
    void defect(std::initializer_list<double> values) {
        take("commutator", "commutator_defect", values);
    }
    std::vector<event::Mark> alarms;

private:
    void take(const char* instrument, const char* figure, std::initializer_list<double> values) {
        for (const double value : values) {
            Reading reading;
            reading.run = kRun;
            reading.epoch = epoch_;
            reading.instrument = instrument;
            reading.figures = {{figure, {value}}};
            readings_.push_back(reading);
            epoch_ += every_;
            const std::vector<event::Mark> now = alarms_of(readings_, memorised_);
            for (std::size_t i = 0; i < alarms.size(); ++i) { // later readings change nothing
                EXPECT_EQ(now.at(i).epoch, alarms[i].epoch);
            }
            alarms = now;
        }
    }
    std::vector<Reading> readings_;
    std::optional<std::int32_t> memorised_;
    std::int32_t every_;
    std::int32_t epoch_ = 0;
};

TEST(Alarms, SeparationAlarmsAfterAHundredEpochsAboveTheBaseline) {
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

TEST(Alarms, ARunThatHasNotMemorisedHasNoBaseline) {
    Watch watch;
    watch.ildr({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 50, 50, 50, 50});
    EXPECT_TRUE(watch.alarms.empty());
}

TEST(Alarms, TheCommutatorAlarmsAfterAHundredEpochsAboveTwiceItsLowest) {
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

TEST(Alarms, TheCommutatorOfARunThatDoesNotGeneraliseRaisesNothing) {
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
    std::vector<Reading> readings;
    for (std::int32_t epoch = 0; epoch <= 6000; epoch += every) {
        Reading reading;
        reading.epoch = epoch;
        reading.instrument = "ildr";
        reading.figures = {{"ildr", {at_start + slope * epoch}}};
        readings.push_back(reading);
    }
    const std::vector<event::Mark> alarms = alarms_of(readings, 150);
    return alarms.empty() ? -1 : alarms.front().epoch;
}

TEST(Alarms, TheAlarmDoesNotDependOnHowOftenOneLooks) {
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

TEST(Alarms, TheAlarmOfTheCommutatorDoesNotDependOnHowOftenOneLooks) {
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

TEST(Alarms, AnAlarmAfterGrokkingIsNamedLate) {
    constexpr auto kAlarm = MarkKind::kSeparationAlarm;
    EXPECT_EQ(name_of(kAlarm, 1400, 1630), "classes separate (early warning)");
    EXPECT_EQ(name_of(kAlarm, 2400, 1630), "classes separate (late: it had grokked)");
    EXPECT_EQ(name_of(kAlarm, 2400, std::nullopt), "classes separate (early warning)");
    EXPECT_EQ(name_of(MarkKind::kCommutatorAlarm, 2400, 1630),
              "gradients stop commuting (late: it had grokked)");
    EXPECT_EQ(name_of(MarkKind::kStable, 2400, 1630), "stable");
}

TEST(Alarms, OtherReadingsRaiseNothing) {
    std::vector<Reading> readings(100);
    for (std::size_t i = 0; i < readings.size(); ++i) {
        readings[i].epoch = static_cast<std::int32_t>(100 * i);
        readings[i].instrument = "of_a_later_version";
        readings[i].figures = {{"strange", {static_cast<double>(i)}}, {"ildr", {kMissing}}};
    }
    EXPECT_TRUE(alarms_of(readings, 0).empty());
}

TEST(Alarms, MemorisedIsTheFirstEpochWithNearlyAllTrainingPairsRight) {
    std::vector<MetricSample> samples(3);
    samples[1].epoch = 10;
    samples[1].train_accuracy = 0.99;
    samples[2].epoch = 20;
    samples[2].train_accuracy = 1;
    EXPECT_EQ(memorised_epoch(samples), 10);
    samples.resize(1);
    EXPECT_EQ(memorised_epoch(samples), std::nullopt);
}

TEST(Alarms, TakeThePlaceOfTheAlarmsBeforeAndOfNoOtherMark) {
    const event::Mark memorised{kRun, MarkKind::kMemorised, 100};
    const event::Mark separation{kRun, MarkKind::kSeparationAlarm, 300};
    const event::Mark commutator{kRun, MarkKind::kCommutatorAlarm, 200};
    const event::Mark later{kRun, MarkKind::kSeparationAlarm, 400};
    std::vector<event::Mark> marks{separation, memorised};
    replace_alarms(marks, std::vector{commutator, memorised, later}, std::identity());
    ASSERT_EQ(marks.size(), 3U) << "what is no alarm is not taken from there";
    EXPECT_TRUE(is_same_mark(marks[0], memorised));
    EXPECT_TRUE(is_same_mark(marks[1], commutator));
    EXPECT_TRUE(is_same_mark(marks[2], later));
    EXPECT_FALSE(is_same_mark(later, separation));
    EXPECT_TRUE(have_same_alarms(marks, std::vector{later, commutator}));
    EXPECT_FALSE(have_same_alarms(marks, std::vector{separation, commutator}));
    EXPECT_FALSE(have_same_alarms(marks, std::vector{later, later}));
    replace_alarms(marks, std::vector<event::Mark>{}, std::identity());
    EXPECT_EQ(marks.size(), 1U);
}

} // namespace
} // namespace grokscope
