// When frames are drawn, and how fast epochs come.
#include "ui/window/frame_pacer.h"
#include "ui/window/rate_meter.h"

#include <gtest/gtest.h>

namespace grokscope::ui {
namespace {

PaceInput at(double now) {
    PaceInput input;
    input.now = now;
    return input;
}

/// Draws until it rests, ending at 1 s.
void settle(FramePacer& pacer) {
    for (double now = 0; now < 1; now += 0.05) {
        (void)pacer.should_draw(at(now));
    }
}

TEST(FramePacer, RestsAfterThreeSettlingFrames) {
    FramePacer pacer;
    int drawn = 0;
    for (double now = 0; now < 1; now += 0.05) {
        drawn += pacer.should_draw(at(now)) ? 1 : 0;
    }
    EXPECT_EQ(drawn, 3);
    EXPECT_EQ(pacer.timeout(at(1)), 0.5);
    PaceInput input = at(2);
    input.input = true;
    EXPECT_TRUE(pacer.should_draw(input));
    EXPECT_TRUE(pacer.should_draw(at(2.1)));
    EXPECT_TRUE(pacer.should_draw(at(2.2)));
    EXPECT_FALSE(pacer.should_draw(at(2.3)));
}

TEST(FramePacer, NewDataCostOneFrameEach) {
    FramePacer pacer;
    settle(pacer);
    PaceInput input = at(2);
    input.new_data = true;
    EXPECT_TRUE(pacer.should_draw(input));
    EXPECT_FALSE(pacer.should_draw(at(2.5)));
}

TEST(FramePacer, CapsFramesAndDoesNotForgetTheOnePutOff) {
    FramePacer pacer;
    settle(pacer);
    PaceInput input = at(2);
    input.new_data = true;
    input.software_gl = true;
    EXPECT_TRUE(pacer.should_draw(input));
    input.now = 2.010;
    EXPECT_FALSE(pacer.should_draw(input)) << "15 frames per second in software";
    const double rest = pacer.timeout(input);
    EXPECT_GT(rest, 0.034);
    EXPECT_LT(rest, 0.067);
    input.new_data = false;
    input.now = 2.010 + rest;
    EXPECT_TRUE(pacer.should_draw(input));
}

TEST(FramePacer, InSoftwareTrainingAloneHasHalfTheFramesOfAWindowInUse) {
    const auto frames = [](auto change) { // of five seconds, data every 5 ms
        FramePacer pacer;
        settle(pacer);
        int drawn = 0;
        for (int i = 0; i < 1000; ++i) {
            PaceInput input = at(2 + i * 0.005);
            input.new_data = true;
            input.training = true;
            input.software_gl = true;
            change(input, i);
            drawn += pacer.should_draw(input) ? 1 : 0;
        }
        return drawn;
    };
    EXPECT_NEAR(frames([](PaceInput&, int) {}), 75, 8);
    EXPECT_NEAR(frames([](PaceInput& input, int) { input.wanted_at = input.now; }), 75, 8)
        << "points that glide ask for more";
    EXPECT_NEAR(frames([](PaceInput& input, int) { input.animating = true; }), 150, 10);
    EXPECT_NEAR(frames([](PaceInput& input, int i) { input.input = i % 100 == 0; }), 150, 10)
        << "the mouse moves twice a second";
    EXPECT_NEAR(frames([](PaceInput& input, int i) { input.input = i == 0; }), 75 + 15, 10)
        << "a second of use";
}

TEST(FramePacer, HiddenWindowsAreNotDrawn) {
    FramePacer pacer;
    PaceInput input = at(1);
    input.visible = false;
    input.new_data = true;
    input.training = true;
    EXPECT_FALSE(pacer.should_draw(input));
    EXPECT_EQ(pacer.timeout(input), 1.0);
}

TEST(FramePacer, TimeoutsArePositiveWhateverTheClock) {
    FramePacer pacer;
    PaceInput input = at(1);
    input.input = true;
    EXPECT_TRUE(pacer.should_draw(input));
    for (const double now : {1.0, 1.5, 100.0}) {
        input.now = now;
        EXPECT_GT(pacer.timeout(input), 0);
        EXPECT_LE(pacer.timeout(input), 1);
    }
}

TEST(FramePacer, DrawsWhenAWishesTimeHasComeAndRestsUntilThen) {
    FramePacer pacer;
    settle(pacer);
    PaceInput input = at(2);
    input.wanted_at = 2.15;
    EXPECT_FALSE(pacer.should_draw(input));
    EXPECT_NEAR(pacer.timeout(input), 0.15, 1e-9);
    input.now = 2.15;
    EXPECT_TRUE(pacer.should_draw(input));
    input.wanted_at = 2.151; // sooner than the screen shows it
    EXPECT_NEAR(pacer.timeout(input), 1.0 / 60, 1e-9);
    input.wanted_at = kNever;
    EXPECT_FALSE(pacer.should_draw(input)) << "one frame for each wish";
    EXPECT_EQ(pacer.timeout(input), 0.5);
}

TEST(RateMeter, MeasuresOverAboutASecond) {
    RateMeter meter;
    EXPECT_EQ(meter.rate(), 0);
    for (int i = 0; i <= 40; ++i) {
        meter.add(i * 0.1, i * 15.0);
    }
    EXPECT_NEAR(meter.rate(), 150, 1e-9);
    meter.add(4.1, 0); // a run was removed
    EXPECT_EQ(meter.rate(), 0);
}

} // namespace
} // namespace grokscope::ui
