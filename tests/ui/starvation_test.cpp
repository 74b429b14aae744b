// When fewer training threads are offered: only when frames are late, for long, while runs train.
#include "ui/window/starvation.h"

#include <gtest/gtest.h>

#include <optional>

namespace grokscope::ui {
namespace {

/// Turns of a loop one after another.
struct Loop {
    StarvationWatch watch;
    double now = 100;

    /// `rest` seconds as asked for, then `late` more, then a frame; true when it is told.
    bool turn(double rest, double late, double frame, bool drawn = true, bool counts = true) {
        now += rest + late + (drawn ? frame : 0);
        return watch.add({now, late, frame, drawn, counts});
    }
    /// The same turn for `seconds`; when it was told, counted from the first.
    std::optional<double> turns(double seconds, double rest, double late, double frame,
                                bool drawn = true, bool counts = true) {
        const double begin = now;
        while (now < begin + seconds) {
            if (turn(rest, late, frame, drawn, counts)) {
                return now - begin;
            }
        }
        return std::nullopt;
    }
};

TEST(Starvation, IsToldAfterFiveSecondsUnderTenFrames) {
    Loop loop;
    const auto when = loop.turns(20, 0.01, 0.12, 0.03);
    ASSERT_TRUE(when.has_value());
    EXPECT_GE(*when, 5);
    EXPECT_LT(*when, 5.5);
}

TEST(Starvation, CountsLateWakingAndLongFramesAlike) {
    EXPECT_TRUE(Loop().turns(20, 0.033, 0.2, 0.001).has_value());
    EXPECT_TRUE(Loop().turns(20, 0.033, 0, 0.2).has_value());
}

TEST(Starvation, IsToldAfterFiveFramesThatTakeSecondsEach) {
    const auto when = Loop().turns(120, 0.033, 5, 1);
    ASSERT_TRUE(when.has_value());
    EXPECT_GE(*when, 30);
    EXPECT_LT(*when, 40);
}

TEST(Starvation, IsToldOnce) {
    Loop loop;
    EXPECT_TRUE(loop.turns(20, 0, 0, 0.3).has_value());
    EXPECT_FALSE(loop.turns(60, 0, 0, 0.3).has_value());
}

TEST(Starvation, ElevenFramesASecondAreEnough) {
    EXPECT_FALSE(Loop().turns(60, 0, 0, 1 / 11.0).has_value());
    EXPECT_TRUE(Loop().turns(60, 0, 0, 1 / 9.0).has_value());
}

TEST(Starvation, RestsThatWereWantedAreNone) {
    // Five epochs a second, evaluated every tenth: a frame each two seconds, each drawn at once.
    EXPECT_FALSE(Loop().turns(120, 2, 0.01, 0.05).has_value());
    // An unfocused window draws 20 frames a second, a resting one two.
    EXPECT_FALSE(Loop().turns(60, 0.05, 0.001, 0.02).has_value());
    EXPECT_FALSE(Loop().turns(60, 0.5, 0.001, 0.02).has_value());
    // Late, but nothing was to be drawn.
    EXPECT_FALSE(Loop().turns(60, 0.1, 0.3, 0, false).has_value());
}

TEST(Starvation, OneStallIsNone) {
    Loop loop;
    EXPECT_FALSE(loop.turns(20, 0.016, 0, 0.01).has_value());
    EXPECT_FALSE(loop.turn(0.016, 3600, 0.01)) << "a laptop that slept";
    EXPECT_FALSE(loop.turn(0.016, 2, 0.01));
    EXPECT_FALSE(loop.turns(20, 0.016, 0, 0.01).has_value());
}

TEST(Starvation, BeginsAnewAfterAPauseOrOutOfSight) {
    Loop loop;
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(loop.turns(4, 0, 0, 0.3).has_value());
        EXPECT_FALSE(loop.turns(0.5, 0, 0, 0.3, true, false).has_value());
    }
    EXPECT_FALSE(loop.turns(60, 0, 0, 0.3, true, false).has_value());
    EXPECT_TRUE(loop.turns(6, 0, 0, 0.3).has_value());
}

} // namespace
} // namespace grokscope::ui
