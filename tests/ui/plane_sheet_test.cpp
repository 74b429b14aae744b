// The sheet of the plane over runs that are in no notebook: its cells answer mouse and keys.
#include "tests/ui/resting_window.h"

#include <gtest/gtest.h>

#include <string>

namespace grokscope::ui {
namespace {

/// Runs 2 to 5, of two fractions and two decays; the last one still trains.
void record_plane(RestingWindow& window) {
    std::uint32_t number = 2;
    for (const double fraction : {0.4, 0.6}) {
        for (const double decay : {0.5, 1.0}) {
            RunConfig config;
            config.p = 23;
            config.train_fraction = fraction;
            config.weight_decay = decay;
            const RunId run{number};
            record(window.stage.channels, run, config, 5);
            Channels& channels = window.stage.channels;
            const auto send = [&](Event event) { EXPECT_TRUE(channels.events.try_push(event)); };
            if (number < 5) {
                send(event::Mark{run, MarkKind::kMemorised, 1});
                if (number > 2) {
                    send(event::Mark{run, MarkKind::kGrokked, 3});
                }
                event::StateChanged ended;
                ended.run = run;
                ended.state = RunState::kFinished;
                ended.epoch = 5;
                send(ended);
            }
            window.stage.frame(window.width, window.height);
            ++number;
        }
    }
    window.stage.view.selected = RunId{2};
    window.stage.view.sheet = Action::kPlane;
}

TEST(PlaneSheet, HasACellForEachPairOfValuesAndAClickSelectsItsRun) {
    for (const auto& [width, height] : {std::pair{1280.0F, 720.0F}, std::pair{800.0F, 1400.0F}}) {
        RestingWindow window(0, width, height);
        record_plane(window);
        const auto controls = window.drawn_controls();
        for (const char* name :
             {"plane_cell0,0", "plane_cell1,0", "plane_cell0,1", "plane_cell1,1", "plane_up",
              "plane_across", "plane_stable", "plane_regions", "close_plane", "aboutplane"}) {
            EXPECT_TRUE(controls.contains(name)) << name << " at " << width;
        }
        const Rect cell = controls.at("plane_cell1,0");
        EXPECT_GT(cell.x, controls.at("plane_cell0,0").x) << "decays go across";
        EXPECT_GT(cell.y, controls.at("plane_cell1,1").y) << "fractions go up";
        EXPECT_GT(cell.width, 24);
        EXPECT_LT(cell.right(), width);
        window.click(cell);
        EXPECT_EQ(window.stage.view.selected, RunId{3});
        EXPECT_TRUE(window.stage.view.is_open(Action::kPlane)) << "another cell may be next";
    }
}

TEST(PlaneSheet, AnAxisThatIsChosenTwiceGivesTheOtherItsPlace) {
    RestingWindow window(0);
    record_plane(window);
    window.click(window.drawn_controls().at("plane_across"));
    window.click(window.drawn_controls().at("plane_across_valuetrain_fraction"));
    EXPECT_EQ(window.stage.view.plane.choice.across, "train_fraction");
    EXPECT_EQ(window.stage.view.plane.choice.up, "weight_decay");
    const auto controls = window.drawn_controls();
    window.click(controls.at("plane_cell1,0"));
    EXPECT_EQ(window.stage.view.selected, RunId{4}) << "fraction 0.6, decay 0.5";
}

TEST(PlaneSheet, WithoutAPlaneItHasNoCells) {
    RestingWindow window(0);
    window.stage.view.sheet = Action::kPlane;
    const auto controls = window.drawn_controls();
    EXPECT_TRUE(controls.contains("close_plane"));
    EXPECT_FALSE(controls.contains("plane_cell0,0"));
    window.click(controls.at("close_plane"));
    EXPECT_FALSE(window.stage.view.is_open(Action::kPlane));
}

} // namespace
} // namespace grokscope::ui
