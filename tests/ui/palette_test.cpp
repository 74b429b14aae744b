// The list of everything that can be done (Ctrl+K), in a window that is drawn to nothing.
#include "tests/ui/resting_window.h"
#include "ui/core/shortcuts.h"
#include "ui/dialogs/command_palette.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <set>
#include <string>

namespace grokscope::ui {
namespace {

TEST(FoundActions, AreAllOfTheTableButWhatAListCannotDo) {
    std::set<Action> listed;
    for (const Shortcut* row : found_actions("")) {
        listed.insert(row->action);
    }
    EXPECT_EQ(listed.size() + 3, shortcuts().size());
    for (const Action action : {Action::kFlip, Action::kEscape, Action::kPalette}) {
        EXPECT_FALSE(listed.contains(action));
    }
}

TEST(FoundActions, ComeBestFirst) {
    EXPECT_EQ(found_actions("export").front()->action, Action::kExport);
    EXPECT_EQ(found_actions("seeds").front()->action, Action::kSeeds);
    EXPECT_EQ(found_actions("plane").front()->action, Action::kPlane);
    EXPECT_EQ(found_actions("collapse").front()->action, Action::kCollapse);
    EXPECT_EQ(found_actions("lottery").front()->action, Action::kLottery);
    EXPECT_EQ(found_actions("valley").front()->action, Action::kValley);
    EXPECT_EQ(found_actions("path of").front()->action, Action::kPath);
    EXPECT_EQ(found_actions("depth").front()->action, Action::kDepth);
    EXPECT_EQ(found_actions("pres").front()->action, Action::kPresenter);
    EXPECT_EQ(found_actions("f11").front()->action, Action::kFullScreen) << "by its key, too";
    EXPECT_TRUE(found_actions("qzqzqz").empty());
}

class PaletteTest : public testing::Test {
protected:
    /// Opens it and types.
    void open(const std::string& letters) {
        window.stage.view.sheet = Action::kPalette;
        window.touch();
        window.run(0.5);
        window.type(letters);
    }
    [[nodiscard]] const ViewState& view() const { return window.stage.view; }

    RestingWindow window{60};
};

TEST_F(PaletteTest, EnterDoesWhatWasTypedAndClosesIt) {
    open("export");
    window.press(ImGuiKey_Escape); // ImGui's own: the window closes it by the table of keys
    window.stage.view.sheet = Action::kNone;
    window.touch();
    window.run(0.3);
    open("presenter");
    window.press(ImGuiKey_Enter);
    ASSERT_EQ(view().asked.size(), 1U);
    EXPECT_EQ(view().asked[0], Action::kPresenter);
    EXPECT_FALSE(view().is_open(Action::kPalette));
}

TEST_F(PaletteTest, ArrowsChooseAmongThoseThatFit) {
    open("layout");
    const auto rows = found_actions("layout");
    ASSERT_GE(rows.size(), 3U);
    window.press(ImGuiKey_DownArrow);
    window.press(ImGuiKey_DownArrow);
    window.press(ImGuiKey_UpArrow);
    window.press(ImGuiKey_Enter);
    ASSERT_EQ(view().asked.size(), 1U);
    EXPECT_EQ(view().asked[0], rows[1]->action);
}

TEST_F(PaletteTest, WhatCannotBeDoneNowIsGreyAndStays) {
    open("redo");
    window.press(ImGuiKey_Enter);
    EXPECT_TRUE(view().asked.empty());
    EXPECT_TRUE(view().is_open(Action::kPalette));
    window.click(window.controls.at("commandCtrl+Shift+Z"));
    EXPECT_TRUE(view().asked.empty());
    window.type("x"); // the field still has the caret, or has it again
    EXPECT_TRUE(view().is_open(Action::kPalette));
}

TEST_F(PaletteTest, AClickDoesIt) {
    open("sheet");
    window.click(window.controls.at("commandF1"));
    ASSERT_EQ(view().asked.size(), 1U);
    EXPECT_EQ(view().asked[0], Action::kHelp);
}

TEST_F(PaletteTest, ItRestsWhileNobodyTypes) {
    open("");
    window.run(1);
    window.frames = 0;
    window.run(6);
    EXPECT_LE(window.frames, 12) << "but for the caret";
}

TEST(QuickActions, StandInTheStripOrInOneMenu) {
    RestingWindow window(60);
    const auto drawn = window.drawn_controls();
    for (const char* name : {"quick_palette", "quick_export", "quick_open", "quick_seeds",
                             "quick_laboratory", "quick_note", "quick_views", "quick_layouts"}) {
        EXPECT_TRUE(drawn.contains(name)) << name;
    }
    window.click(window.controls.at("quick_note"));
    ASSERT_EQ(window.stage.view.asked.size(), 1U);
    EXPECT_EQ(window.stage.view.asked[0], Action::kNote);
    window.click(window.controls.at("quick_views"));
    window.click(window.controls.at("commandN"));
    ASSERT_EQ(window.stage.view.asked.size(), 2U);
    EXPECT_EQ(window.stage.view.asked[1], Action::kLottery);
    window.click(window.controls.at("quick_layouts"));
    window.click(window.controls.at("commandF7"));
    ASSERT_EQ(window.stage.view.asked.size(), 3U);
    EXPECT_EQ(window.stage.view.asked[2], Action::kLayoutCompare);
}

} // namespace
} // namespace grokscope::ui
