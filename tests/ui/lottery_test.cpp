// Which frequencies have won the neurons of a run, and which were key for a while.
#include "ui/views/lottery/lottery.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

using Stretches = std::vector<std::pair<std::int32_t, std::int32_t>>;

ProgressRow row_at(std::int32_t epoch, std::vector<int> keys) {
    ProgressRow row;
    row.epoch = epoch;
    row.key_frequencies = std::move(keys);
    return row;
}

Reading reading_at(std::int32_t epoch, std::vector<double> shares) {
    Reading reading;
    reading.epoch = epoch;
    reading.instrument = "features";
    reading.figures = {{"phase_error", {0.5}}, {"frequency_share", std::move(shares)}};
    return reading;
}

TEST(Lottery, WinnersAreTheFewestThatHoldFourFifths) {
    EXPECT_EQ(winners_of(std::vector{.02, .41, .03, .01, .43, .02}), (std::vector{5, 2}));
    EXPECT_EQ(winners_of(std::vector{.5, .3, .1, .1}), (std::vector{1, 2})) << "just so";
    EXPECT_TRUE(winners_of(std::vector{.49, .3, .11, .1}).empty()) << "three of four";
    EXPECT_TRUE(winners_of(std::vector{.1, .1, .1, .1, .1, .1}).empty()) << "nobody prevails";
    EXPECT_EQ(winners_of(std::vector{.004, .04, .001, .001}), (std::vector{2}))
        << "it is reckoned of what frequencies hold, not of all variance";
    EXPECT_TRUE(winners_of(std::vector{0.0, 0.0}).empty());
    EXPECT_TRUE(winners_of({}).empty());
    constexpr double kNoShare = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(winners_of(std::vector{kNoShare, kNoShare}).empty()) << "all neurons are dead";
}

TEST(Lottery, TimeLinesBeginAndEndWithTheRowsThatHaveTheFrequency) {
    const std::vector rows{row_at(0, {4}),    row_at(10, {4, 7}), row_at(20, {7}),
                           row_at(30, {2}),   row_at(40, {2, 7}), row_at(50, {2, 7, 9}),
                           row_at(60, {2, 9})};
    const std::vector<KeySpan> spans = key_spans(rows);
    ASSERT_EQ(spans.size(), 4U);
    EXPECT_EQ(spans[0].frequency, 4);
    EXPECT_TRUE(spans[0].lost);
    EXPECT_EQ(spans[0].stretches, (Stretches{{0, 10}}));
    EXPECT_EQ(spans[1].frequency, 7);
    EXPECT_TRUE(spans[1].lost);
    EXPECT_EQ(spans[1].stretches, (Stretches{{10, 20}, {40, 50}})) << "it paused";
    EXPECT_EQ(spans[2].frequency, 2);
    EXPECT_FALSE(spans[2].lost);
    EXPECT_EQ(spans[2].stretches, (Stretches{{30, 60}}));
    EXPECT_EQ(spans[3].frequency, 9);
    EXPECT_EQ(spans[3].first(), 50);
    EXPECT_EQ(spans[3].last(), 60);
    EXPECT_TRUE(key_spans({}).empty());
    EXPECT_TRUE(key_spans(std::vector{row_at(0, {3}), row_at(10, {}), row_at(20, {})}).empty())
        << "key in a single row: a blink";
}

TEST(Lottery, NamesWinnersAndThoseThatWereKeyAndStacksThemBelowTheOthers) {
    RunRecord run;
    run.progress = {row_at(0, {3}), row_at(10, {3}), row_at(20, {5})};
    run.readings["features"].rows = {reading_at(0, {.1, .12, .2, .1, .1, .1, .05, .05}),
                                     reading_at(20, {.01, .02, .02, .01, .5, .01, .3, .01})};
    const Lottery lottery = lottery_of(run);
    EXPECT_EQ(lottery.epochs, (std::vector<std::int32_t>{0, 20}));
    EXPECT_EQ(lottery.named, (std::vector{3, 5, 7})) << "3 was key, 5 and 7 have won";
    EXPECT_EQ(lottery.order, (std::vector{5, 7, 3, 2, 1, 4, 6, 8}));
    EXPECT_EQ(lottery.place_of(5), 1U);
    EXPECT_EQ(lottery.place_of(4), std::nullopt);
    EXPECT_EQ(lottery.at(-1), std::nullopt);
    EXPECT_EQ(lottery.at(19), 0U);
    EXPECT_EQ(lottery.at(1000), 1U);
}

TEST(Lottery, LeavesOutReadingsOfAnotherSize) {
    RunRecord run;
    run.readings["features"].rows = {reading_at(0, {.5, .1}), reading_at(10, {.5}),
                                     reading_at(20, {}), reading_at(30, {.6, .1})};
    EXPECT_EQ(lottery_of(run).epochs, (std::vector<std::int32_t>{0, 30}));
    EXPECT_TRUE(lottery_of(RunRecord{}).order.empty());
}

} // namespace
} // namespace grokscope::ui
