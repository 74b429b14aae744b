// First touch of 99 %, stable grok, times lost.
#include "engine/protocol/lasting_grok.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace grokscope {
namespace {

/// Feeds evaluated epochs `from`, `from` + every, ... below `to`, at one test accuracy.
void stay(LastingGrok& grok, std::int32_t from, std::int32_t to, double accuracy,
          std::int32_t every = 10) {
    for (std::int32_t epoch = from; epoch < to; epoch += every) {
        grok.observe(epoch, 1.0, accuracy);
    }
}

TEST(LastingGrok, TheFirstTouchIsNotTheGrokThatLasts) {
    // Seed 7 with [-1,0,+1]: 99 % at 1,630, 86.6 % at 1,930, and from 1,950 on for good.
    LastingGrok grok;
    stay(grok, 0, 1630, 0.4);
    stay(grok, 1630, 1930, 0.99);
    EXPECT_EQ(grok.stable_grok(), std::nullopt) << "300 epochs are not enough";
    EXPECT_EQ(grok.epoch(), Bounded::above(1630));
    grok.observe(1930, 1.0, 0.866);
    EXPECT_EQ(grok.times_lost(), 1);
    EXPECT_EQ(grok.epoch(), Bounded::above(1930));
    grok.observe(1940, 1.0, 0.94);
    stay(grok, 1950, 2440, 0.995);
    EXPECT_EQ(grok.stable_grok(), std::nullopt) << "49 evaluations";
    grok.observe(2440, 1.0, 0.951);
    EXPECT_EQ(grok.grok_epoch(), 1630);
    EXPECT_EQ(grok.stable_grok(), 1950) << "50 evaluations";
    EXPECT_EQ(grok.epoch(), Bounded::exactly(1950));
    EXPECT_EQ(grok.times_lost(), 1);
}

TEST(LastingGrok, ALastDipUndoesIt) {
    LastingGrok grok;
    stay(grok, 0, 3000, 1.0);
    EXPECT_EQ(grok.stable_grok(), 0);
    grok.observe(3000, 1.0, 0.949);
    EXPECT_EQ(grok.stable_grok(), std::nullopt);
    EXPECT_EQ(grok.times_lost(), 0) << "94.9 % are not lost";
    EXPECT_EQ(grok.epoch(), Bounded::above(3000));
}

TEST(LastingGrok, EveryLossCountsOnceUntilItGroksAgain) {
    LastingGrok grok;
    stay(grok, 0, 100, 0.5); // before it grokked nothing can be lost
    for (std::int32_t turn = 1; turn <= 3; ++turn) {
        stay(grok, 100 * turn, 100 * turn + 50, 1.0);
        stay(grok, 100 * turn + 50, 100 * turn + 80, 0.5);
        stay(grok, 100 * turn + 80, 100 * turn + 100, 0.95); // not 99 %: the same loss
        EXPECT_EQ(grok.times_lost(), turn);
    }
}

TEST(LastingGrok, DoesNotDependOnHowOftenOneLooks) {
    for (const std::int32_t every : {1, 10, 70}) {
        LastingGrok grok;
        stay(grok, 0, 490, 1.0, every);
        EXPECT_EQ(grok.stable_grok(), std::nullopt) << every;
        grok.observe(490, 1.0, 1.0);
        EXPECT_EQ(grok.stable_grok(), 0) << every;
    }
}

TEST(LastingGrok, NeedsAGrok) {
    LastingGrok grok;
    stay(grok, 0, 2000, 0.97);
    EXPECT_EQ(grok.stable_grok(), std::nullopt);
    EXPECT_EQ(grok.epoch(), Bounded::above(0));
    grok.observe(2000, 1.0, std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(grok.epoch(), Bounded::above(2000)) << "a missing figure is no accuracy";
}

} // namespace
} // namespace grokscope
