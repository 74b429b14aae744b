// What can be done now and why the rest cannot, and how a few letters find it.
#include "ui/core/arrange.h"
#include "ui/core/fuzzy.h"
#include "ui/core/possible.h"
#include "ui/core/text.h"

#include "tests/ui/action_test.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

namespace grokscope::ui {
namespace {

// ----------------------------------------------------------------------------------------- finding

TEST(Fuzzy, LettersStandInThisOrderAndNeedNotStandTogether) {
    EXPECT_TRUE(fuzzy_score("exp", "export figures"));
    EXPECT_TRUE(fuzzy_score("EFP", "export figures, weights, pictures"));
    EXPECT_TRUE(fuzzy_score("e p", "export")) << "spaces do not count";
    EXPECT_FALSE(fuzzy_score("pxe", "export"));
    EXPECT_FALSE(fuzzy_score("exports", "export"));
    EXPECT_FALSE(fuzzy_score("e", ""));
    EXPECT_EQ(fuzzy_score("", "export"), 0);
    EXPECT_EQ(fuzzy_score(" ", ""), 0);
}

TEST(Fuzzy, BeginningsOfWordsAndNeighboursCountMore) {
    EXPECT_GT(fuzzy_score("seed", "seeds side by side"), fuzzy_score("seed", "passes ended"));
    EXPECT_GT(fuzzy_score("ff", "fit figures"), fuzzy_score("ff", "off line"));
    EXPECT_GT(fuzzy_score("log", "logarithmic epochs"), fuzzy_score("log", "look at a graph"));
    // The best places count, not the first ones.
    EXPECT_EQ(fuzzy_score("pre", "replay, presenter"), fuzzy_score("pre", "a presenter"));
}

// ---------------------------------------------------------------------------------------- possible

class Possible : public ActionTest {
protected:
    std::string why(Action action, FilesAt files = FilesAt::kHand) {
        return why_not(action, context(), files);
    }
};

TEST_F(Possible, WithoutARunOnlyWhatNeedsNoneCanBeDone) {
    for (const Action action :
         {Action::kStepEpoch, Action::kCursorBack, Action::kReplay, Action::kNote, Action::kHideRun,
          Action::kRemoveRun, Action::kNextEvent}) {
        EXPECT_EQ(why(action), text::kWhyNoRun) << static_cast<int>(action);
    }
    EXPECT_EQ(why(Action::kCopyView), text::kWhyNoRun);
    for (const Action action :
         {Action::kPasteView, Action::kStartPause, Action::kNewRun, Action::kAddStencil3,
          Action::kSpeed2, Action::kHelp, Action::kExport, Action::kQuit}) {
        EXPECT_EQ(why(action), "") << static_cast<int>(action);
    }
}

TEST_F(Possible, EachReasonGoesWithWhatMakesIt) {
    EXPECT_EQ(why(Action::kSelectRun1), text::kWhyFewerRuns);
    add({}, RunState::kFinished);
    EXPECT_EQ(why(Action::kSelectRun1), "");
    EXPECT_EQ(why(Action::kReplay), text::kWhyNoFigures);
    EXPECT_EQ(why(Action::kStepEpoch), text::kWhyFinished);
    EXPECT_EQ(why(Action::kStartPause), text::kAllFinished);
    EXPECT_EQ(why(Action::kNextRun), text::kWhyNoOther);
    RunConfig other;
    other.seed = 4;
    add(other, RunState::kIdle, 5);
    EXPECT_EQ(why(Action::kNextRun), "");

    EXPECT_EQ(why(Action::kFlip), text::kWhyNoPin);
    view.pinned = view.selected;
    EXPECT_EQ(why(Action::kFlip), "");
    EXPECT_EQ(why(Action::kCopyView), "");
    for (const Action action : {Action::kExport, Action::kCopyView, Action::kPasteView}) {
        EXPECT_EQ(why(action, FilesAt::kNowhere), text::kWhyNoFiles);
    }
    view.settings.x_unit = XUnit::kSinceGrok;
    EXPECT_EQ(why(Action::kLogEpochs), text::kWhyNoLog);
    view.settings.presenter.on = true;
    EXPECT_EQ(why(Action::kFoldColumns), text::kWhyPresenting);

    EXPECT_EQ(why(Action::kUndo), text::kWhyNoUndo);
    view.history.observe(view.arrangement);
    view.arrangement.side_columns = false;
    view.history.observe(view.arrangement);
    EXPECT_EQ(why(Action::kUndo), "");
    EXPECT_EQ(why(Action::kRedo), text::kWhyNoRedo);
    undo(view);
    EXPECT_EQ(why(Action::kRedo), "");
}

TEST_F(Possible, AWrongSettingKeepsStartFromBeingPressed) {
    RunConfig wrong;
    wrong.p = 4;
    view.draft = wrong;
    EXPECT_FALSE(why(Action::kStartPause).empty());
    EXPECT_FALSE(why(Action::kAddStencil1).empty());
    EXPECT_EQ(why(Action::kHelp), "");
}

TEST_F(Possible, TrainingOnNeedsARecordWithEpochsLeftAndNothingThatTrains) {
    const RunId live = add({}, RunState::kPaused, 5);
    EXPECT_EQ(why(Action::kTrainOn), text::kWhyNoRecord);
    RunConfig other;
    other.seed = 4;
    add_recorded(other, 5);
    EXPECT_EQ(why(Action::kTrainOn), "");
    push(event::StateChanged{live, RunState::kRunning, 50, {}});
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(why(Action::kTrainOn), text::kWhyRunning);
}

} // namespace
} // namespace grokscope::ui
