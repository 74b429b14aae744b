// Words and numbers for people.
#include "ui/core/text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace grokscope::ui {
namespace {

TEST(Text, ARunThatStandsIsPausedWhetherRecordedOrNot) {
    RunRecord run;
    EXPECT_STREQ(text::state(run), "ready");
    run.samples.resize(2);
    run.samples[1].epoch = 2500;
    EXPECT_STREQ(text::state(run), "paused");
    run.state = RunState::kFinished;
    EXPECT_STREQ(text::state(run), "finished");
}

TEST(Text, AProbeNamesItsRunWhereThereAreSeveral) {
    EXPECT_EQ(text::probe_name("+1", ""), "+1");
    EXPECT_EQ(text::probe_name("-1", "[-1,0,+1] frozen"), "-1 of [-1,0,+1] frozen");
}

TEST(Text, SaysWhetherASumOrItsMirrorWasTrainedOn) {
    EXPECT_EQ(text::seen(Operation::kAdd, {7, 13}, true, false), "trained on");
    EXPECT_EQ(text::seen(Operation::kAdd, {7, 13}, true, true), "trained on");
    EXPECT_EQ(text::seen(Operation::kAdd, {7, 13}, false, false), "never seen");
    EXPECT_EQ(text::seen(Operation::kAdd, {7, 13}, false, true), "never seen, but 13 + 7 was");
}

TEST(Text, TellsThePartsOfTheTestPairsOnlyWhereBothAreKnown) {
    MetricSample sample;
    EXPECT_EQ(text::parts_right(Operation::kAdd, sample), "");
    sample.mirrored_accuracy = 1;
    EXPECT_EQ(text::parts_right(Operation::kAdd, sample), "");
    sample.new_accuracy = 0.0055;
    EXPECT_EQ(text::parts_right(Operation::kAdd, sample),
              "Of sums never seen, " + text::percent(1) +
                  " are right where b + a was trained on, " + text::percent(0.0055) +
                  " where neither was.");
}

TEST(Text, WritesNumbersForPeople) {
    EXPECT_EQ(text::grouped(0), "0");
    EXPECT_EQ(text::grouped(999), "999");
    EXPECT_EQ(text::grouped(8210), "8,210");
    EXPECT_EQ(text::grouped(1234567), "1,234,567");
    EXPECT_EQ(text::grouped(-1234), "-1,234");
    EXPECT_EQ(text::percent(0.998), "99.8 %");
    EXPECT_EQ(text::percent(std::nan("")), text::kNoValue);
    EXPECT_EQ(text::confidence(std::nan("")), text::kNoValue);
    EXPECT_EQ(text::value(std::nan("")), text::kNoValue);
    EXPECT_EQ(text::value(0.031954), "0.03195");
    EXPECT_EQ(text::value(5.51e-6), "5.51\xC2\xB7"
                                    "10\xE2\x81\xBB\xE2\x81\xB6");
    EXPECT_EQ(text::value(-1.26e12, 2), "-1.3\xC2\xB7"
                                        "10\xC2\xB9\xC2\xB2");
    EXPECT_EQ(text::speed_up(Bounded::exactly(2.604), 1), "2.6x (1 pair)");
    EXPECT_EQ(text::speed_up(Bounded::exactly(2.77), 4), "2.8x (4 pairs)");
    EXPECT_EQ(text::speed_up(Bounded::above(2.77), 1), "> 2.8x (1 pair)");
    EXPECT_EQ(text::duration(67.9), "1:07");
    EXPECT_EQ(text::duration(3723), "1:02:03");
    EXPECT_EQ(text::power_of_ten(0.01), "0.01");
    EXPECT_EQ(text::power_of_ten(1000), "1,000");
    EXPECT_EQ(text::power_of_ten(0.001), "0.001");
    EXPECT_EQ(text::power_of_ten(0.002), "0.002");
    EXPECT_EQ(text::power_of_ten(5e-5), "5\xC2\xB7"
                                        "10\xE2\x81\xBB\xE2\x81\xB5");
    EXPECT_EQ(text::power_of_ten(1e4), "10\xE2\x81\xB4");
    EXPECT_EQ(text::power_of_ten(1e-7), "10\xE2\x81\xBB\xE2\x81\xB7");
}

} // namespace
} // namespace grokscope::ui
