// The sheet of depth: what it offers where nothing was measured, and with readings.
#include "tests/ui/fake_laboratory.h"
#include "tests/ui/resting_window.h"
#include "ui/views/ablation/ablation.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace grokscope::ui {
namespace {

constexpr RunId kDeep{2};

/// A second run of three layers of four heads with readings, selected.
void measure(RestingWindow& window, int layers = 3, int heads = 4) {
    RunConfig config;
    config.p = 23;
    config.layers = layers;
    config.heads = heads;
    record(window.stage.channels, kDeep, config, 20);
    for (int epoch = 0; epoch < 20; epoch += 5) {
        for (const char* instrument : {"mediation", "skip"}) {
            Reading reading = fake::reading_at(kDeep, config, *find_instrument(instrument), epoch);
            for (FigureValues& figure : reading.figures) {
                if (figure.id == "cms") { // told apart
                    for (std::size_t i = 0; i < figure.values.size(); ++i) {
                        figure.values[i] = 0.5 * static_cast<double>(i) - epoch;
                    }
                }
            }
            ASSERT_TRUE(window.stage.channels.laboratory.readings.try_push(reading));
        }
    }
    window.stage.view.selected = kDeep;
    window.stage.view.sheet = Action::kDepth;
    window.touch();
    window.run(0.3);
}

/// The middle of a cell of the map.
Rect cell(const Rect& cells, int layer, int head, int layers = 3, int heads = 4) {
    const float width = cells.width / static_cast<float>(layers);
    const float height = cells.height / static_cast<float>(heads);
    return {cells.x + width * (static_cast<float>(layer) + 0.5F) - 1,
            cells.bottom() - height * (static_cast<float>(head) + 0.5F) - 1, 2, 2};
}

TEST(DepthSheet, OffersToMeasureAndHasItsSign) {
    RestingWindow window(0);
    window.stage.view.sheet = Action::kDepth;
    const auto controls = window.drawn_controls();
    EXPECT_TRUE(controls.contains("depth_measure"));
    EXPECT_TRUE(controls.contains("aboutdepth"));
    EXPECT_FALSE(controls.contains("depth_heads"));
    EXPECT_FALSE(controls.contains("depth_strip"));
    EXPECT_TRUE(window.notes["depth said"].starts_with("Its heads were not read yet."));
    EXPECT_TRUE(window.notes["depth layers said"].starts_with("Which layers can be skipped was"));
    window.click(controls.at("close_depth"));
    EXPECT_FALSE(window.stage.view.is_open(Action::kDepth));
}

TEST(DepthSheet, ShowsTheNewestReadingByTheCursorAndOfTheChosenScore) {
    RestingWindow window(0);
    measure(window);
    EXPECT_TRUE(window.notes["depth"].starts_with("15: -15.00 -14.50 ")) << window.notes["depth"];
    window.stage.view.cursor.hold(9);
    window.touch();
    window.run(0.3);
    EXPECT_TRUE(window.notes["depth"].starts_with("5: -5.00 ")) << window.notes["depth"];
    const auto controls = window.drawn_controls();
    EXPECT_FALSE(controls.contains("depth_operation")) << "its sequence is a b =";
    const std::string before = window.notes["depth"];
    window.click(controls.at("depth_stranger"));
    EXPECT_EQ(window.stage.view.depth.score, HeadScore::kStranger);
    EXPECT_NE(window.notes["depth"], before);
    const std::string both = window.notes["depth_skip"];
    EXPECT_TRUE(both.starts_with("initialisation: ")) << both;
    EXPECT_NE(both.find("; now, 5: "), std::string::npos) << both;
    window.click(controls.at("depth_mlp"));
    EXPECT_EQ(window.stage.view.depth.part, SkipPart::kMlp);
    EXPECT_NE(window.notes["depth_skip"], both);
    window.stage.view.selected = RunId{1}; // without readings
    window.touch();
    window.run(0.3);
    EXPECT_TRUE(window.notes["depth said"].starts_with("Its heads were not read yet."));
}

TEST(DepthSheet, AClickOnACellTakesThatHeadOutOfThatLayer) {
    RestingWindow window(0);
    measure(window);
    const Rect cells = window.drawn_controls().at("depth_heads");
    const Ablation& ablation = window.stage.view.settings.inside.ablation;
    window.click(cell(cells, 1, 3));
    EXPECT_EQ(ablation.layer, 1);
    EXPECT_EQ(replacement_of(ablation, 3), Replacement::kZero);
    EXPECT_EQ(window.stage.view.settings.inside.tab, InsideTab::kAblation);
    EXPECT_TRUE(window.notes["depth_head"].starts_with("layer 1, head 3 (read at 15): -11.50 "))
        << window.notes["depth_head"];
    window.run(0.5);
    EXPECT_TRUE(window.notes["depth_ablated"].starts_with(
        "Taken out: layer 1, head 3 zero (weights of 0): test accuracy "))
        << window.notes["depth_ablated"];
    window.click(cell(cells, 1, 3));
    EXPECT_EQ(replacement_of(ablation, 3), Replacement::kMean);
    window.click(cell(cells, 1, 0));
    EXPECT_EQ(replacement_of(ablation, 3), Replacement::kMean) << "of the same layer: both";
    EXPECT_EQ(replacement_of(ablation, 0), Replacement::kZero);
    window.click(cell(cells, 2, 0));
    EXPECT_EQ(ablation.layer, 2);
    EXPECT_EQ(replacement_of(ablation, 0), Replacement::kZero);
    EXPECT_EQ(replacement_of(ablation, 3), Replacement::kNone) << "the first layer is whole again";
    window.click(cell(cells, 2, 0));
    window.click(cell(cells, 2, 0));
    EXPECT_TRUE(ablation.empty());
    EXPECT_EQ(window.notes["depth_ablated"], "");
}

TEST(DepthSheet, NeverTellsAnAnswerToAnotherQuestion) {
    RestingWindow window(0);
    RunConfig config; // more classes than the stage answers
    config.p = 29;
    config.layers = 2;
    record(window.stage.channels, RunId{3}, config, 20);
    ASSERT_TRUE(window.stage.channels.laboratory.readings.try_push(
        fake::reading_at(RunId{3}, config, *find_instrument("mediation"), 0)));
    measure(window);
    const Rect cells = window.drawn_controls().at("depth_heads");
    window.click(cell(cells, 1, 3));
    window.run(0.5);
    const std::string answered = window.notes["depth_ablated"];
    EXPECT_NE(answered.find("test accuracy"), std::string::npos) << answered;
    window.stage.view.selected = RunId{3};
    window.touch();
    window.run(0.5);
    EXPECT_EQ(window.notes["depth_ablated"],
              "Taken out: layer 1, head 3 zero: computing\xE2\x80\xA6");
}

TEST(DepthSheet, ComparesWithTheIntactModelWhicheverTabIsInFront) {
    for (const InsideTab tab : {InsideTab::kCircle, InsideTab::kMap, InsideTab::kAttention}) {
        RestingWindow window(0);
        measure(window);
        ablate_head(window.stage.view.settings.inside.ablation, {1, 2}, 4);
        window.stage.view.settings.inside.ablated = false;
        window.stage.view.settings.inside.tab = tab;
        window.touch();
        window.run(1);
        EXPECT_NE(window.notes["depth_ablated"].find("test accuracy"), std::string::npos)
            << window.notes["depth_ablated"];
        if (tab == InsideTab::kAttention) {
            EXPECT_EQ(window.notes["inside_grey"], "yes") << "behind it, that of another model";
        }
    }
}

TEST(DepthSheet, AClickInTheStripGoesToThatEpochAndTellsTheHeadThere) {
    RestingWindow window(0);
    measure(window);
    EXPECT_TRUE(window.stage.view.cursor.live);
    const Rect strip = window.drawn_controls().at("depth_strip");
    const float row = strip.height / 12; // three layers of four heads, from below
    // The axis ends at 20, five epochs after the last reading.
    window.click({strip.x + 0.35F * strip.width - 1, strip.bottom() - 6.5F * row - 1, 2, 2});
    EXPECT_FALSE(window.stage.view.cursor.live);
    EXPECT_NEAR(window.stage.view.cursor.held_epoch, 7, 1);
    EXPECT_TRUE(window.notes["depth_head"].starts_with("layer 1, head 2 (read at 5): -2.00 "))
        << window.notes["depth_head"];
}

TEST(DepthSheet, TellsTheWindowOfLayersUnderTheMouse) {
    RestingWindow window(0);
    measure(window);
    const Rect cells = window.drawn_controls().at("depth_heads");
    const Rect parts = window.controls.at("depth_both");
    window.move(cells.x + cells.width / 2, parts.bottom() + 60);
    window.run(0.3);
    EXPECT_TRUE(window.notes["depth_window"].starts_with("Without layer 1: initialisation "))
        << window.notes["depth_window"];
}

TEST(DepthSheet, KeepsItsFootInSight) {
    for (const auto& [width, height] : {std::pair{1280.0F, 720.0F}, std::pair{800.0F, 1400.0F}}) {
        for (const auto& [layers, heads] : {std::pair{1, 4}, std::pair{8, 4}, std::pair{48, 8}}) {
            RestingWindow window(0, width, height);
            measure(window, layers, heads);
            window.stage.view.settings.inside.ablation = {};
            ablate_head(window.stage.view.settings.inside.ablation, {layers - 1, 0}, heads);
            window.run(0.5);
            const auto controls = window.drawn_controls();
            ASSERT_TRUE(controls.contains("depth_measure"));
            EXPECT_LT(controls.at("depth_measure").bottom(), height) << width << " " << layers;
            for (const char* name : {"depth_heads", "depth_strip"}) {
                ASSERT_TRUE(controls.contains(name));
                EXPECT_GT(controls.at(name).width, layers) << name << " " << width;
                EXPECT_GT(controls.at(name).height, 60) << name << " " << width << " " << layers;
                EXPECT_LT(controls.at(name).right(), width);
            }
        }
    }
}

TEST(DepthSheet, AFewCellsAreNoLargerThanTheyNeed) {
    RestingWindow window(0);
    measure(window, 1, 4);
    const Rect cells = window.drawn_controls().at("depth_heads");
    EXPECT_LE(cells.width, 160);
    EXPECT_LE(cells.height / 4, 60);
    EXPECT_GT(window.controls.at("depth_strip").width, 500) << "the rest is the strip's";
}

} // namespace
} // namespace grokscope::ui
