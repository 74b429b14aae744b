// The sheets of the valley and of the path: what they say before anything is answered.
#include "tests/ui/resting_window.h"

#include <gtest/gtest.h>

namespace grokscope::ui {
namespace {

TEST(ValleySheet, SaysThatItIsLookingAndWhatTheRunHas) {
    for (const auto& [width, height] : {std::pair{1280.0F, 720.0F}, std::pair{800.0F, 1400.0F}}) {
        RestingWindow window(0, width, height);
        window.stage.view.sheet = Action::kValley;
        const auto controls = window.drawn_controls();
        EXPECT_TRUE(controls.contains("aboutvalley"));
        EXPECT_EQ(window.notes["valley said"],
                  "By its newest epoch it has not memorised: only the cursor's weights are there.");
        EXPECT_EQ(window.notes["valley"], "at the cursor: waiting");
        window.click(controls.at("close_valley"));
        EXPECT_FALSE(window.stage.view.is_open(Action::kValley));
    }
}

TEST(PathSheet, TurnsBackToTheFront) {
    RestingWindow window(0);
    window.stage.view.sheet = Action::kPath;
    window.stage.view.path.turn = 2;
    window.stage.view.path.lift = -1;
    const auto controls = window.drawn_controls();
    EXPECT_TRUE(controls.contains("aboutpath"));
    EXPECT_EQ(window.notes["path"], "waiting");
    window.click(controls.at("path_front"));
    EXPECT_EQ(window.stage.view.path.turn, PathView{}.turn);
    EXPECT_EQ(window.stage.view.path.lift, PathView{}.lift);
    window.click(controls.at("close_path"));
    EXPECT_FALSE(window.stage.view.is_open(Action::kPath));
}

} // namespace
} // namespace grokscope::ui
