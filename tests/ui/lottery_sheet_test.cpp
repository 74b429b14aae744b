// The sheet of the lottery: what it offers where nothing was measured, and with readings.
#include "tests/ui/resting_window.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

/// Readings of 11 frequencies, of which 4 and 9 win.
void measure(RestingWindow& window) {
    for (int epoch = 0; epoch < 20; epoch += 5) {
        Reading reading;
        reading.run = RunId{1};
        reading.epoch = epoch;
        reading.instrument = "features";
        std::vector<double> shares(11, 0.08 - 0.004 * epoch);
        shares[3] = shares[8] = 0.1 + 0.02 * epoch;
        reading.figures = {{"phase_error", {0.25}},
                           {"phase_difference", {0.125}},
                           {"phase_neurons", {40}},
                           {"frequency_share", shares}};
        ASSERT_TRUE(window.stage.channels.laboratory.readings.try_push(reading));
    }
    window.touch();
    window.run(0.2);
}

TEST(LotterySheet, OffersToMeasureAndHasItsSign) {
    RestingWindow window(0);
    window.stage.view.sheet = Action::kLottery;
    const auto controls = window.drawn_controls();
    EXPECT_TRUE(controls.contains("lottery_measure"));
    EXPECT_TRUE(controls.contains("aboutlottery"));
    EXPECT_FALSE(controls.contains("lottery_bands"));
    EXPECT_TRUE(window.notes["lottery said"].starts_with("Its neurons were not read yet."));
    window.click(controls.at("close_lottery"));
    EXPECT_FALSE(window.stage.view.is_open(Action::kLottery));
}

TEST(LotterySheet, SaysWhoHasWonAtTheCursorAndNotAfterIt) {
    RestingWindow window(0);
    measure(window);
    window.stage.view.sheet = Action::kLottery;
    window.touch();
    window.run(0.3);
    EXPECT_EQ(window.notes["lottery said"],
              "Four fifths of what single frequencies hold, or more, belong to k = 4, 9.");
    EXPECT_TRUE(window.notes["lottery"].starts_with("4 40.0 % ")) << window.notes["lottery"];
    window.stage.view.cursor.hold(2);
    window.touch();
    window.run(0.3);
    EXPECT_TRUE(window.notes["lottery said"].starts_with("No few frequencies have won"))
        << window.notes["lottery said"];
    EXPECT_TRUE(window.notes["lottery"].starts_with("4 10.0 % ")) << window.notes["lottery"];
}

TEST(LotterySheet, TellsTheBandUnderTheMouseAndGoesToTheEpochOfAClick) {
    RestingWindow window(0);
    measure(window);
    window.stage.view.sheet = Action::kLottery;
    const Rect bands = window.drawn_controls().at("lottery_bands");
    // The lowest band is that of a winner, at all epochs.
    window.move(bands.x + 0.5F * bands.width, bands.y + 0.8F * bands.height);
    window.run(0.3);
    EXPECT_TRUE(window.notes["lottery_hover"].find("k = 4") != std::string::npos)
        << window.notes["lottery_hover"];
    EXPECT_TRUE(window.stage.view.cursor.live);
    window.click({bands.x + 0.5F * bands.width - 1, bands.y + 0.8F * bands.height - 1, 2, 2});
    EXPECT_FALSE(window.stage.view.cursor.live);
    EXPECT_NEAR(window.stage.view.cursor.held_epoch, 10, 2);
}

TEST(LotterySheet, KeepsItsFootInSight) {
    for (const auto& [width, height] : {std::pair{1280.0F, 720.0F}, std::pair{800.0F, 1400.0F}}) {
        RestingWindow window(0, width, height);
        measure(window);
        window.stage.view.sheet = Action::kLottery;
        const auto controls = window.drawn_controls();
        ASSERT_TRUE(controls.contains("lottery_measure"));
        EXPECT_LT(controls.at("lottery_measure").bottom(), height) << width;
    }
}

} // namespace
} // namespace grokscope::ui
