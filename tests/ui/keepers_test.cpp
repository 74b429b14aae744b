// What the window passes on or waits for: words, settings, the epoch of a picture.
#include "ui/core/arrange.h"
#include "ui/core/awaited_epoch.h"
#include "ui/core/view_settings.h"
#include "ui/core/word_keeper.h"

#include "tests/ui/action_test.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

class Keepers : public ActionTest {};

TEST_F(Keepers, WordsAreToldOnceAndAgainWhenTheyChange) {
    const RunId first = add({});
    const RunId second = add({});
    std::vector<store_request::Words> taken;
    WordKeeper keeper([&](const store_request::Words& words) {
        taken.push_back(words);
        return true;
    });
    keeper.tell(book, view);
    EXPECT_TRUE(taken.empty()); // nobody wrote a word
    view.arrangement.looks[second].name = "mine";
    view.arrangement.notes.push_back({second, 40, "look here"});
    keeper.tell(book, view);
    keeper.tell(book, view);
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken[0].run, second);
    EXPECT_EQ(taken[0].name, "mine");
    ASSERT_EQ(taken[0].notes.size(), 1U);
    EXPECT_EQ(taken[0].notes[0].epoch, 40);
    EXPECT_TRUE(taken[0].gone.empty());
    view.arrangement.looks[second].name.clear();
    view.arrangement.notes.clear();
    keeper.tell(book, view); // that they are gone has to be told as well
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_EQ(taken[1].name, "");
    EXPECT_TRUE(taken[1].notes.empty());
    EXPECT_EQ(taken[1].gone, taken[0].notes);
    EXPECT_NE(taken[1].run, first);
}

TEST_F(Keepers, ANoteLeavesANameAloneThatTheWindowDoesNotKnow) {
    const RunId run = add({});
    std::vector<store_request::Words> taken;
    WordKeeper keeper([&](const store_request::Words& words) {
        taken.push_back(words);
        return true;
    });
    view.arrangement.notes.push_back({run, 40, "look here"});
    keeper.tell(book, view);
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_FALSE(taken[0].name.has_value()) << "a branch has one in its record";
}

TEST_F(Keepers, RecordedWordsAreShownAndNoUndoTakesThemAway) {
    const RunId first = add({});
    view.history.observe(view.arrangement);
    view.arrangement.looks[first].name = "mine";
    view.history.observe(view.arrangement);
    view.arrangement.notes.push_back({first, 10, "soon undone"});
    ASSERT_TRUE(undo(view));
    const RunId recorded = add({});
    recall(view, recorded, {.run = {}, .name = "kept", .notes = {{40, "look here"}}, .gone = {}});
    const std::vector<Note> kept{{recorded, 40, "look here"}};
    EXPECT_EQ(view.arrangement.look(recorded).name, "kept");
    EXPECT_EQ(view.arrangement.notes, kept);
    ASSERT_TRUE(undo(view));
    EXPECT_EQ(view.arrangement.look(first).name, "");
    EXPECT_EQ(view.arrangement.look(recorded).name, "kept");
    EXPECT_EQ(view.arrangement.notes, kept);
    EXPECT_FALSE(undo(view)) << "that they came is no step";
    ASSERT_TRUE(redo(view));
    ASSERT_TRUE(redo(view));
    EXPECT_EQ(view.arrangement.look(first).name, "mine");
    EXPECT_EQ(view.arrangement.notes.size(), 2U);
    std::vector<store_request::Words> taken;
    WordKeeper keeper([&](const store_request::Words& words) {
        taken.push_back(words);
        return true;
    });
    keeper.tell(book, view);
    taken.clear();
    view.arrangement.notes.push_back({recorded, 80, "and here"});
    keeper.tell(book, view);
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken[0].name, "kept");
    EXPECT_EQ(taken[0].notes.size(), 2U);
    EXPECT_TRUE(taken[0].gone.empty());
}

TEST_F(Keepers, WordsThatWereRefusedAreToldAgain) {
    const RunId run = add({});
    view.arrangement.looks[run].name = "mine";
    int calls = 0;
    WordKeeper keeper([&](const store_request::Words&) { return ++calls > 2; });
    for (int turn = 0; turn < 5; ++turn) {
        keeper.tell(book, view);
    }
    EXPECT_EQ(calls, 3);
}

TEST_F(Keepers, SettingsAreWrittenWhenTheyChangeAndReadBack) {
    const std::filesystem::path path =
        std::filesystem::path(testing::TempDir()) / "keepers" / "settings.json";
    std::filesystem::remove_all(path.parent_path());
    std::filesystem::create_directories(path.parent_path());
    const SaveSettings save = [&](const std::string& text) {
        std::ofstream(path) << text;
        return std::string();
    };
    view.settings.theme = ThemeKind::kDark;
    SettingsKeeper keeper(path.string(), save, view);
    EXPECT_FALSE(keeper.remember(view).has_value());
    EXPECT_FALSE(std::filesystem::exists(path));
    view.settings.theme = ThemeKind::kLight;
    EXPECT_EQ(keeper.remember(view), "");
    EXPECT_FALSE(keeper.remember(view).has_value());
    ViewState other;
    other.settings.theme = ThemeKind::kDark;
    SettingsKeeper again(path.string(), save, other);
    EXPECT_EQ(other.settings.theme, ThemeKind::kLight);
    EXPECT_FALSE(again.remember(other).has_value());
    // A place that cannot be written is told once, not in every second.
    SettingsKeeper nowhere(
        "/proc/no/settings.json", [](auto&) { return "no room"; }, other);
    other.settings.theme = ThemeKind::kDark;
    EXPECT_EQ(nowhere.remember(other), "no room");
    EXPECT_FALSE(nowhere.remember(other).has_value());
    SettingsKeeper none({}, save, other);
    other.settings.scale = 3;
    EXPECT_FALSE(none.remember(other).has_value()) << "without a path nothing is kept";
}

TEST_F(Keepers, AnEpochIsAwaitedUntilTheRunCanNoLongerReachIt) {
    AwaitedEpoch awaited;
    const auto later = static_cast<RunId>(77);
    EXPECT_FALSE(awaited.reached(book, later, 50));   // not added yet
    const RunId run = add({}, RunState::kRunning, 4); // figures to epoch 30
    EXPECT_FALSE(awaited.reached(book, run, 50));
    EXPECT_TRUE(awaited.reached(book, run, 30));
    EXPECT_TRUE(awaited.reached(book, run, 40)); // trained, though not evaluated
    push(event::StateChanged{run, RunState::kFailed, 40, "the loss is not finite"});
    EXPECT_TRUE(book.drain(channels));
    try {
        (void)awaited.reached(book, run, 50);
        FAIL() << "no error";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("ended at epoch 40"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("the loss is not finite"), std::string::npos);
    }
    EXPECT_THROW((void)awaited.reached(book, later, 50), std::runtime_error); // it was here
}

} // namespace
} // namespace grokscope::ui
