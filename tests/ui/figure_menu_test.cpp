// The menu of figures is within the window however many figures there are, and each can be reached.
#include "tests/ui/resting_window.h"

#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_internal.h> // where the menu stands

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr int kInstruments = 20;
constexpr int kFiguresOfEach = 6;

/// A run whose record brings so many instruments that this version does not have.
event::RunAdded with_many_figures() {
    auto others = std::make_shared<std::vector<InstrumentSpec>>();
    for (int i = 0; i < kInstruments; ++i) {
        InstrumentSpec instrument;
        instrument.id = "made_up" + std::to_string(i);
        instrument.label = "made up " + std::to_string(i);
        for (int k = 0; k < kFiguresOfEach; ++k) {
            FigureSpec figure;
            figure.id = instrument.id + "_" + std::to_string(k);
            figure.label = figure.id;
            figure.sentence = "Made up.";
            instrument.figures.push_back(figure);
        }
        others->push_back(std::move(instrument));
    }
    event::RunAdded added;
    added.run = RunId{2};
    added.recorded = true;
    added.other_instruments = std::move(others);
    return added;
}

const ImGuiWindow* open_menu() {
    const ImVector<ImGuiPopupData>& open = ImGui::GetCurrentContext()->OpenPopupStack;
    return open.empty() ? nullptr : open.back().Window;
}

class FigureMenu : public ::testing::TestWithParam<std::pair<float, float>> {
protected:
    FigureMenu() {
        ImGui::GetIO().ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard; // as the program does
        EXPECT_TRUE(window.stage.channels.events.try_push(Event(with_many_figures())));
        window.touch();
        window.run(1);
        const auto drawn = window.drawn_controls();
        EXPECT_TRUE(drawn.contains("tab_figures"));
        window.click(drawn.at("tab_figures"));
        window.run(0.5);
    }
    /// Whether the figure can be clicked.
    bool in_sight(const std::string& figure) {
        const Rect rect = window.drawn_controls().at("figure" + figure);
        const ImRect inside = open_menu()->InnerClipRect;
        return rect.y >= inside.Min.y - 1 && rect.bottom() <= inside.Max.y + 1;
    }

    RestingWindow window{0, GetParam().first, GetParam().second};
    const std::string last =
        "made_up" + std::to_string(kInstruments - 1) + "_" + std::to_string(kFiguresOfEach - 1);
};

TEST_P(FigureMenu, IsWholeWithinTheWindowAndScrollsByTheWheelToItsLastFigure) {
    const ImGuiWindow* const menu = open_menu();
    ASSERT_NE(menu, nullptr);
    EXPECT_GE(menu->Pos.y, 0);
    EXPECT_GE(menu->Pos.x, 0);
    EXPECT_LE(menu->Pos.x + menu->Size.x, window.width);
    EXPECT_LE(menu->Pos.y + menu->Size.y, window.height);
    const Rect plot = window.drawn_controls().at("plot_figures");
    EXPECT_LE(menu->Pos.y + menu->Size.y, plot.y) << "what is ticked is seen to be drawn";
    EXPECT_FALSE(in_sight(last));
    window.move(menu->Pos.x + menu->Size.x / 2, menu->Pos.y + menu->Size.y / 2);
    for (int i = 0; i < 100; ++i) {
        window.stage.turn_wheel(-1);
        window.touch();
        window.run(0.02);
    }
    ASSERT_TRUE(in_sight(last));
    window.click(window.controls.at("figure" + last));
    EXPECT_EQ(window.stage.view.settings.figures.ids, std::vector<std::string>{last});
}

TEST_P(FigureMenu, FollowsTheKeyboardToItsLastFigure) {
    const std::string below = "made_up10_0";
    ASSERT_FALSE(in_sight(below));
    for (int i = 0; i < 60 && !in_sight(below); ++i) {
        window.press(ImGuiKey_DownArrow);
    }
    EXPECT_TRUE(in_sight(below)) << "it goes down with what is marked";
    for (int i = 0; i < 120 && !in_sight(last); ++i) {
        window.press(ImGuiKey_UpArrow); // over the top to the last row
    }
    ASSERT_TRUE(in_sight(last));
    window.press(ImGuiKey_RightArrow);
    window.press(ImGuiKey_RightArrow);
    window.press(ImGuiKey_Space);
    EXPECT_EQ(window.stage.view.settings.figures.ids, std::vector<std::string>{last});
}

INSTANTIATE_TEST_SUITE_P(Sizes, FigureMenu,
                         ::testing::Values(std::pair{1280.0F, 720.0F}, std::pair{1024.0F, 768.0F}));

} // namespace
} // namespace grokscope::ui
