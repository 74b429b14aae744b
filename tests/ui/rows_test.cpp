// What stands in a row has one middle, what stands below each other one edge.
#include "tests/ui/resting_window.h"

#include "engine/protocol/instrument.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace grokscope::ui {
namespace {

float middle(const Rect& rect) {
    return rect.y + rect.height / 2;
}

/// Left edges, in whole pixels, of the controls of that name, one for each instrument.
std::set<int> edges(const std::map<std::string, Rect>& controls, const std::string& name) {
    std::set<int> found;
    for (const InstrumentSpec& instrument : instruments()) {
        const auto control = controls.find(name + instrument.id);
        EXPECT_NE(control, controls.end()) << name << instrument.id;
        if (control != controls.end()) {
            found.insert(static_cast<int>(control->second.x));
        }
    }
    return found;
}

TEST(Rows, TheSignOfAPictureStandsInTheRowOfItsButtons) {
    RestingWindow window(0);
    const auto controls = window.drawn_controls();
    EXPECT_NEAR(middle(controls.at("aboutwavetable")), middle(controls.at("wavetable_ridge")), 1);
    EXPECT_NEAR(middle(controls.at("aboutruns")), middle(controls.at("new_run")), 1);
}

TEST(Rows, TheButtonsOfTheSeedsHaveOneMiddle) {
    RestingWindow window(0);
    window.stage.view.sheet = Action::kSeeds;
    const auto controls = window.drawn_controls();
    EXPECT_NEAR(middle(controls.at("more_seeds")), middle(controls.at("seed_bands")), 1);
    EXPECT_NEAR(middle(controls.at("more_seeds")), middle(controls.at("close_seeds")), 1);
}

TEST(Rows, TheLaboratoryHasAColumnOfSwitchesAndOneOfNumbers) {
    RestingWindow window(0);
    window.stage.view.sheet = Action::kLaboratory;
    const auto controls = window.drawn_controls();
    EXPECT_EQ(edges(controls, "lab_switch").size(), 1U);
    EXPECT_EQ(edges(controls, "lab_every").size(), 1U);
}

TEST(Rows, TheFormForANewRunHasItsInstrumentsInAListThatDoesNotMove) {
    RestingWindow window(0);
    window.stage.view.new_run_open = true;
    window.click(window.drawn_controls().at("field_measures"));
    const std::set<int> off = edges(window.drawn_controls(), "field_measure");
    EXPECT_EQ(off.size(), 1U);
    RunConfig config;
    for (const InstrumentSpec& instrument : instruments()) {
        config.measure.set(instrument.id, instrument.default_every);
    }
    window.stage.view.draft = config;
    const auto controls = window.drawn_controls();
    EXPECT_EQ(edges(controls, "field_measure"), off);
    EXPECT_EQ(edges(controls, "field_measure_every").size(), off.size());
}

TEST(Rows, TheTableOfAModelTakenApartIsAsWideAsItsBarsAndHasItsFoot) {
    RestingWindow window(0);
    window.stage.view.settings.inside.tab = InsideTab::kAblation;
    window.controls.clear();
    window.touch();
    window.run(1);
    EXPECT_NEAR(window.controls.at("apart_strip").right(),
                window.controls.at("apart_table").right(), 1);
    EXPECT_TRUE(window.controls.contains("apart_foot"));
}

} // namespace
} // namespace grokscope::ui
