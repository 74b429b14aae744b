// What changes by itself is drawn when its time has come, though nothing trains and nobody moves
// the mouse: the real panels under the real pacer and a clock of the test's own.
#include "tests/ui/resting_window.h"
#include "ui/core/arrange.h"
#include "ui/core/text.h"
#include "ui/views/list.h"

#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_internal.h> // the caret's clock

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace grokscope::ui {
namespace {

bool within(const Rect& inner, const Rect& outer) {
    return inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() &&
           inner.bottom() <= outer.bottom();
}

/// A point of the control that no other one covers; nothing when all of it is covered.
std::optional<ImVec2> free_point(const std::map<std::string, Rect>& controls,
                                 const std::string& name) {
    const Rect& rect = controls.at(name);
    for (const float across : {0.5F, 0.1F, 0.9F, 0.3F, 0.7F}) {
        for (const float down : {0.5F, 0.1F, 0.9F}) {
            const ImVec2 at{rect.x + rect.width * across, rect.y + rect.height * down};
            const bool covered = std::ranges::any_of(controls, [&](const auto& other) {
                return other.first != name && other.second.contains(at.x, at.y) &&
                       !within(rect, other.second);
            });
            if (!covered && at.x < kWidth && at.y < kHeight) {
                return at;
            }
        }
    }
    return std::nullopt;
}

class TimingTest : public testing::TestWithParam<double> {};

TEST(ReadOut, IsGoneWhileASheetLiesOverTheCurves) {
    RestingWindow window(60);
    const auto shown = [] {
        const ImGuiWindow* const read_out = ImGui::FindWindowByName("##read_out");
        return read_out != nullptr && read_out->Active;
    };
    const Rect plot = window.drawn_controls().at("plot_accuracy");
    window.move(plot.x + plot.width / 2, plot.y + plot.height / 2);
    window.run(0.5);
    EXPECT_TRUE(shown());
    ViewState& view = window.stage.view;
    for (const ViewInfo* const sheet : kViews) {
        view.sheet = sheet->action;
        window.touch();
        window.run(0.5);
        EXPECT_FALSE(shown());
        view.sheet = Action::kNone;
        window.move(plot.x + plot.width / 2, plot.y + plot.height / 2 + 1);
        window.run(0.5);
        window.move(plot.x + plot.width / 2, plot.y + plot.height / 2);
        window.run(0.5);
        EXPECT_TRUE(shown());
    }
}

TEST_P(TimingTest, EveryControlAtRestShowsItsTooltip) {
    RestingWindow window(GetParam());
    // Pictures answer the mouse themselves; an (i) in their corner explains them.
    const std::set<std::string> pictures{
        "plot_accuracy",  "plot_loss",         "plot_mismatch",  "plot_progress",
        "timeline",       "wavetable_picture", "circle_picture", "picture_wavetable",
        "picture_circle", "map_picture",       "clock_picture",  "attention_picture"};
    int shown = 0;
    for (const InsideTab tab : {InsideTab::kCircle, InsideTab::kAblation}) {
        window.stage.view.settings.inside.tab = tab;
        window.touch();
        window.run(1);
        const std::map<std::string, Rect> controls = window.drawn_controls();
        for (const auto& [name, rect] : controls) {
            const auto at = free_point(controls, name);
            if (pictures.contains(name) || !at) {
                continue;
            }
            window.move(-100, -100);
            window.run(1);
            ASSERT_EQ(window.tooltip, "");
            window.move(at->x, at->y);
            const double waited = window.until([&] { return window.tooltip == name; }, 0.6);
            EXPECT_EQ(window.tooltip, name);
            EXPECT_LT(waited, 0.3) << name;
            window.run(0.1);
            const ImGuiWindow* const words = ImGui::FindWindowByName("##Tooltip_00");
            ASSERT_NE(words, nullptr);
            const Rect place{words->Pos.x, words->Pos.y, words->Size.x, words->Size.y};
            EXPECT_FALSE(place.overlaps(rect)) << "the words hide " << name;
            EXPECT_LE(place.right(), kWidth) << name;
            EXPECT_LE(place.bottom(), kHeight) << name;
            ++shown;
        }
    }
    EXPECT_GT(shown, 60);
}

TEST_P(TimingTest, TheCaretBlinksAndNothingElseIsDrawn) {
    RestingWindow window(GetParam());
    window.click(window.controls.at("seed"));
    ASSERT_TRUE(ImGui::GetIO().WantTextInput);
    window.run(2);
    window.frames = 0;
    int shown = 0;
    for (int i = 0; i < 240; ++i) { // twelve seconds
        window.run(0.05);
        const double phase = std::fmod(ImGui::GetCurrentContext()->InputTextState.CursorAnim, 1.2);
        shown += phase <= 0.8 ? 1 : 0;
    }
    EXPECT_NEAR(shown, 160, 6) << "0.8 s of 1.2";
    EXPECT_NEAR(window.frames, 20, 4) << "twice in 1.2 s";
}

TEST_P(TimingTest, AHeldKeyRepeatsThoughNothingElseHappens) {
    RestingWindow window(GetParam());
    window.click(window.controls.at("seed"));
    window.press(ImGuiKey_End);
    window.type("1234567890123456789012345678901234567890");
    const auto letters = [] { return ImGui::GetCurrentContext()->InputTextState.CurLenW; };
    const int before = letters();
    ImGui::GetIO().AddKeyEvent(ImGuiKey_Backspace, true);
    window.touch();
    window.run(1);
    // One at once, then every 0.05 s from 0.275 s on.
    EXPECT_NEAR(before - letters(), 16, 3);
    ImGui::GetIO().AddKeyEvent(ImGuiKey_Backspace, false);
    window.touch();
    window.run(0.2);
    window.frames = 0;
    window.run(0.5);
    EXPECT_LE(window.frames, 2) << "but for the caret";
}

TEST_P(TimingTest, PointsGlideToTheirPlacesAndThenRest) {
    RestingWindow window(GetParam());
    window.stage.view.settings.frequency = 3;
    window.touch();
    window.run(1);
    window.stage.view.cursor.hold(4);
    window.touch();
    window.frames = 0;
    window.run(0.3);
    const double rate = GetParam() == 0 ? 30 : 60; // as the pacer caps it
    EXPECT_GE(window.frames, 0.1 * rate);
    EXPECT_LE(window.frames, 0.2 * rate + 6);
    window.frames = 0;
    window.run(2);
    EXPECT_EQ(window.frames, 0);
}

TEST_P(TimingTest, AResetThatIsNotConfirmedGoesBackByItself) {
    RestingWindow window(GetParam());
    window.click(window.controls.at("reset"));
    window.move(-100, -100);
    window.run(2.5);
    window.frames = 0;
    window.run(1); // three seconds after the first press
    EXPECT_GE(window.frames, 1);
    window.frames = 0;
    window.run(5);
    EXPECT_EQ(window.frames, 0);
}

TEST_P(TimingTest, AToastGoesByItselfAndStaysWhileItIsPointedAt) {
    RestingWindow window(GetParam());
    for (const bool presenting : {false, true}) {
        SCOPED_TRACE(presenting);
        window.stage.view.settings.presenter.on = presenting;
        window.stage.view.toast = Toast{"Removed [-1,+1]."};
        window.touch();
        window.run(1);
        const Rect undo = window.controls.at("toast_undo");
        ASSERT_TRUE(within(undo, {0, 0, kWidth, kHeight}));
        window.frames = 0;
        window.run(kToastSeconds - 2);
        EXPECT_EQ(window.frames, 0);
        window.move(undo.x + 3, undo.y + 3);
        window.run(3 * kToastSeconds);
        EXPECT_TRUE(window.stage.view.toast.has_value());
        EXPECT_LT(window.frames, 20) << "its time is looked at, and the tooltip";
        window.move(-100, -100);
        window.run(kToastSeconds + 0.5);
        EXPECT_FALSE(window.stage.view.toast.has_value());
        window.frames = 0;
        window.run(5);
        EXPECT_EQ(window.frames, 0);
    }
}

TEST_P(TimingTest, ARunThatHasGrokkedIsToldOfAfterTheToastAndOneClickLooksInside) {
    RestingWindow window(GetParam());
    ViewState& view = window.stage.view;
    RunConfig config;
    config.p = 23;
    record(window.stage.channels, RunId{2}, config, 20, [](MetricSample& sample) {
        sample.train_accuracy = 1;
        sample.test_accuracy = sample.epoch < 10 ? 0.1 : 1;
    });
    ASSERT_TRUE(window.stage.channels.events.try_push(
        Event(event::Mark{RunId{2}, MarkKind::kGrokked, 10})));
    view.toast = Toast{"Removed [-1,+1]."};
    view.news = {{RunId{2}, 10}};
    view.settings.inside.tab = InsideTab::kMap;
    window.touch();
    window.run(1);
    EXPECT_FALSE(window.drawn_controls().contains("look_inside"));
    window.run(kToastSeconds); // the toast goes, and the news stand in its place
    EXPECT_FALSE(view.toast.has_value());
    ASSERT_EQ(view.news.size(), 1U);
    window.run(kToastSeconds / 2);
    window.click(window.controls.at("look_inside"));
    EXPECT_EQ(view.selected, RunId{2});
    EXPECT_EQ(view.settings.inside.tab, InsideTab::kCircle);
    EXPECT_TRUE(view.news.empty());
    view.news = {{RunId{2}, 10}};
    window.move(-100, -100);
    window.run(kToastSeconds + 1);
    EXPECT_TRUE(view.news.empty()) << "nobody clicked";
    window.frames = 0;
    window.run(5);
    EXPECT_EQ(window.frames, 0);
}

TEST_P(TimingTest, OneToastStandsAtATimeAndItsButtonUndoes) {
    RestingWindow window(GetParam());
    ViewState& view = window.stage.view;
    view.history.observe(view.arrangement);
    view.arrangement.side_columns = false;
    view.history.observe(view.arrangement);
    view.toast = Toast{"Side columns folded."};
    window.touch();
    window.run(0.5);
    window.click(window.controls.at("toast_undo"));
    EXPECT_TRUE(view.arrangement.side_columns);
    EXPECT_FALSE(view.toast.has_value());
}

TEST_P(TimingTest, AWindowThatNobodyTouchesDrawsNothing) {
    RestingWindow window(GetParam());
    for (const InsideTab tab : {InsideTab::kCircle, InsideTab::kMap, InsideTab::kClock,
                                InsideTab::kAttention, InsideTab::kAblation}) {
        window.stage.view.settings.inside.tab = tab;
        window.touch();
        window.run(3);
        window.frames = 0;
        window.run(10);
        EXPECT_EQ(window.frames, 0) << static_cast<int>(tab);
    }
}

INSTANTIATE_TEST_SUITE_P(Hertz, TimingTest, testing::Values(0.0, 60.0, 144.0));

} // namespace
} // namespace grokscope::ui
