// Against remission times of Freireich et al. 1963, which textbooks work through (weeks; with 6-MP
// and with placebo).
#include "engine/protocol/survival.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace grokscope {
namespace {

std::vector<Lifetime> treated() {
    std::vector<Lifetime> runs;
    for (const double week : {6, 6, 6, 7, 10, 13, 16, 22, 23}) {
        runs.push_back({week, true});
    }
    for (const double week : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
        runs.push_back({week, false});
    }
    return runs;
}

std::vector<Lifetime> untreated() {
    std::vector<Lifetime> runs;
    for (const double week :
         {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23}) {
        runs.push_back({week, true});
    }
    return runs;
}

TEST(Survival, TheCurveIsTheProductLimit) {
    const std::vector<SurvivalStep> published = {{6, 0.857},  {7, 0.807},  {10, 0.753}, {13, 0.690},
                                                 {16, 0.627}, {22, 0.538}, {23, 0.448}};
    const std::vector<SurvivalStep> steps = kaplan_meier(treated());
    ASSERT_EQ(steps.size(), published.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        EXPECT_EQ(steps[i].epoch, published[i].epoch);
        EXPECT_NEAR(steps[i].share, published[i].share, 5e-4) << "week " << steps[i].epoch;
    }
}

TEST(Survival, TheLogRankTestIsThePublishedOne) {
    // chi square 16.79
    EXPECT_NEAR(log_rank_p(treated(), untreated()), 4.17e-5, 2e-7);
    EXPECT_NEAR(log_rank_p(untreated(), treated()), 4.17e-5, 2e-7);
    EXPECT_NEAR(log_rank_p(treated(), treated()), 1, 1e-12);
}

TEST(Survival, TheLogRankTestSaysNothingWhereNothingHappened) {
    const std::vector<Lifetime> waiting = {{3000, false}, {3000, false}};
    EXPECT_TRUE(std::isnan(log_rank_p(waiting, waiting)));
    EXPECT_TRUE(std::isnan(log_rank_p({}, waiting)));
    const std::vector<Lifetime> ended = {{1000, true}, {1200, true}};
    EXPECT_TRUE(std::isnan(log_rank_p(ended, {})));
    EXPECT_LT(log_rank_p(ended, waiting), 0.1);
}

TEST(Survival, TheMedianIsKnownWhereHalfOfTheRunsGotThere) {
    EXPECT_EQ(median_of(treated()), Bounded::exactly(23));
    EXPECT_EQ(median_of(untreated()), Bounded::exactly(8));
    const std::vector<Lifetime> all = {{100, true}, {200, true}, {400, true}, {800, true}};
    EXPECT_EQ(median_of(all), Bounded::exactly(300)) << "the middle, as ever";
    const std::vector<Lifetime> most = {{100, true}, {3000, false}, {200, true}};
    EXPECT_EQ(median_of(most), Bounded::exactly(200)) << "whenever the third gets there";
    const std::vector<Lifetime> few = {{100, true}, {3000, false}, {3000, false}};
    EXPECT_EQ(median_of(few), Bounded::above(3000));
    const std::vector<Lifetime> half = {{100, true}, {3000, false}};
    EXPECT_EQ(median_of(half), Bounded::above(100));
    EXPECT_EQ(median_of({}), Bounded{});
}

} // namespace
} // namespace grokscope
