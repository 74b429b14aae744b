// What clicks and keys mean: view state before and after, commands emitted. No ImGui, no GL.
#include "ui/core/actions.h"
#include "ui/core/challengers.h"

#include "tests/ui/action_test.h"
#include "ui/core/playback.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

class Actions : public ActionTest {};

TEST_F(Actions, LookingInsideSelectsTheRunAndShowsTheCircleOfItsNewestWeights) {
    const RunId first = add({}, RunState::kRunning, 5);
    const RunId second = add({}, RunState::kRunning, 5);
    ASSERT_EQ(view.selected, first);
    view.cursor.hold(10);
    view.settings.frequency = 14;
    view.settings.inside.tab = InsideTab::kMap;
    view.arrangement.side_columns = false;
    view.settings.presenter.picture = PresenterPicture::kLoss;
    look_inside(context(), second);
    EXPECT_EQ(view.selected, second);
    EXPECT_TRUE(view.cursor.live);
    EXPECT_EQ(view.settings.frequency, std::nullopt);
    EXPECT_EQ(view.settings.inside.tab, InsideTab::kCircle);
    EXPECT_TRUE(view.arrangement.side_columns);
    EXPECT_TRUE(view.pictures_in_front);
    EXPECT_EQ(view.settings.presenter.picture, PresenterPicture::kCircle);
}

TEST_F(Actions, EscapePutsTheMessageAwayBeforeItEndsThePresentation) {
    view.settings.presenter.on = true;
    view.toast = Toast{"Removed [0]."};
    view.news.push_back({RunId{1}, 100});
    EXPECT_TRUE(close_topmost(view));
    EXPECT_FALSE(view.toast);
    EXPECT_TRUE(close_topmost(view));
    EXPECT_TRUE(view.news.empty());
    EXPECT_TRUE(view.settings.presenter.on);
    EXPECT_TRUE(close_topmost(view));
    EXPECT_FALSE(view.settings.presenter.on);
}

TEST_F(Actions, SpaceStartsThenPausesThenResumes) {
    const RunId run = add({});
    EXPECT_EQ(start_label(context()), StartLabel::kStart);
    press_start(context());
    ASSERT_EQ(sent().size(), 1U);
    EXPECT_EQ(start_label(context()), StartLabel::kStarting);
    push(event::StateChanged{run, RunState::kRunning, 0, {}});
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(start_label(context()), StartLabel::kStarting) << "only the answer ends it";
    commands.acknowledged({1, true, {}});
    EXPECT_EQ(start_label(context()), StartLabel::kPause);

    press_start(context());
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<command::PauseAll>(bodies[0]));
    EXPECT_EQ(start_label(context()), StartLabel::kPausing);
    push(event::StateChanged{run, RunState::kPaused, 20, {}});
    ASSERT_TRUE(channels.metrics.try_push(fake::sample_at(run, {}, 0)));
    ASSERT_TRUE(book.drain(channels));
    commands.acknowledged({2, true, {}});
    EXPECT_EQ(start_label(context()), StartLabel::kResume);
}

TEST_F(Actions, StartThenPauseWithinOneFrameSendsBothInOrder) {
    add({});
    press_start(context());
    press_start(context());
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<command::StartAll>(bodies[0]));
    EXPECT_TRUE(std::holds_alternative<command::PauseAll>(bodies[1]));
}

TEST_F(Actions, ARecordIsReplayedBySpaceAndTrainedByAButtonOfItsOwn) {
    const RunId fresh = add({});
    RunConfig other;
    other.seed = 4;
    const RunId record = add_recorded(other, 20);
    view.selected = record;
    EXPECT_EQ(start_label(context()), StartLabel::kReplay);
    press_start(context());
    EXPECT_TRUE(view.replaying);
    EXPECT_EQ(start_label(context()), StartLabel::kStopReplay);
    press_start(context());
    EXPECT_FALSE(view.replaying);
    EXPECT_TRUE(sent().empty()) << "nothing is trained";

    view.selected = fresh;
    EXPECT_EQ(start_label(context()), StartLabel::kStart) << "of those that are no recordings";
    press_start(context());
    std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_EQ(std::get<command::Start>(bodies[0]).run, fresh);
    commands.acknowledged({1, true, {}});

    ASSERT_EQ(recorded_to_train_on(context()).size(), 1U);
    train_on(context());
    bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<command::StartAll>(bodies[0]));
    commands.acknowledged({2, true, {}});
    push(event::StateChanged{record, RunState::kRunning, 200, {}});
    push(event::StateChanged{record, RunState::kPaused, 210, {}});
    ASSERT_TRUE(book.drain(channels));
    view.selected = record;
    EXPECT_EQ(start_label(context()), StartLabel::kResume) << "it is no recording any more";
    EXPECT_TRUE(recorded_to_train_on(context()).empty());
}

TEST_F(Actions, StartIsOffWhenEveryRunIsFinished) {
    add({}, RunState::kFinished, 3);
    EXPECT_EQ(start_label(context()), StartLabel::kAllFinished);
    press_start(context());
    EXPECT_TRUE(sent().empty());
}

TEST_F(Actions, EachOfTheSevenStencilsMakesARunOfItsOwn) {
    RunConfig config;
    config.seed = 7;
    add(config, RunState::kRunning, 2);
    for (const Stencil& stencil : one_click_stencils()) {
        add_stencil(context(), stencil);
    }
    std::set<std::string> labels;
    std::set<RunId> ids;
    for (const CommandBody& body : sent()) {
        const auto& added = std::get<command::AddRun>(body);
        EXPECT_TRUE(added.start);
        EXPECT_EQ(added.config.seed, 7U);
        EXPECT_TRUE(is_paired(added.config, config));
        labels.insert(added.config.stencil.label());
        ids.insert(added.run);
    }
    EXPECT_EQ(labels.size(), 7U);
    EXPECT_EQ(ids.size(), 7U);
    EXPECT_FALSE(labels.contains("baseline"));
}

TEST_F(Actions, AStencilThatRunsAlreadyIsSelectedInstead) {
    add({}, RunState::kRunning, 1);
    RunConfig variant;
    variant.stencil = Stencil::of({0});
    const RunId other = add(variant, RunState::kRunning, 1);
    add_stencil(context(), variant.stencil);
    EXPECT_TRUE(sent().empty());
    EXPECT_EQ(view.selected, other);
}

TEST_F(Actions, AStencilOfAnotherSeedIsNotTheSameRun) {
    RunConfig variant;
    variant.stencil = Stencil::of({0});
    add(variant, RunState::kRunning, 1);
    RunConfig other_seed;
    other_seed.seed = 1;
    view.selected = add(other_seed, RunState::kRunning, 1);
    EXPECT_EQ(existing_with(context(), variant.stencil), nullptr);
}

TEST_F(Actions, AddBaselineTakesTheSeedAndDropsTheStencil) {
    RunConfig variant;
    variant.stencil = Stencil::of({1});
    add(variant, RunState::kRunning, 1);
    add_baseline(context(), 31);
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    const auto& added = std::get<command::AddRun>(bodies[0]);
    EXPECT_TRUE(added.config.stencil.empty());
    EXPECT_EQ(added.config.seed, 31U);
    EXPECT_EQ(added.config.effective_split_seed(), 31U);
}

TEST_F(Actions, AddBaselineDropsTheControlAndFindsTheBaselineThereIs) {
    for (const Control control : {Control::kFrozenProbe, Control::kActivationPenalty}) {
        RunConfig selected;
        selected.control = control;
        selected.stencil = Stencil::of(control == Control::kFrozenProbe ? std::vector<int>{0}
                                                                        : std::vector<int>{});
        selected.stencil_weight = 0.5;
        selected.probe_width = 16;
        view.selected = add(selected, RunState::kRunning, 1);
        add_baseline(context(), 31);
        const std::vector<CommandBody> bodies = sent();
        ASSERT_EQ(bodies.size(), 1U) << name_of(control);
        RunConfig expected;
        expected.seed = 31;
        EXPECT_EQ(std::get<command::AddRun>(bodies[0]).config, expected);
    }
    RunConfig made_by_hand; // what no probe uses makes it no other run
    made_by_hand.seed = 31;
    made_by_hand.stencil_weight = 0.25;
    const RunId baseline = add(made_by_hand, RunState::kRunning, 1);
    add_baseline(context(), 31);
    EXPECT_TRUE(sent().empty());
    EXPECT_EQ(view.selected, baseline);
    made_by_hand.epochs = 50;
    view.selected = add(made_by_hand, RunState::kRunning, 1);
    add_baseline(context(), 32);
    EXPECT_EQ(std::get<command::AddRun>(sent().at(0)).config.epochs, 50);
}

TEST_F(Actions, AStencilTakesThePlaceOfThePenalty) {
    RunConfig penalty;
    penalty.control = Control::kActivationPenalty;
    penalty.stencil_weight = 0.01;
    view.selected = add(penalty, RunState::kRunning, 1);
    add_stencil(context(), Stencil::of({-1, 0}));
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    RunConfig expected;
    expected.stencil = Stencil::of({-1, 0});
    EXPECT_EQ(std::get<command::AddRun>(bodies[0]).config, expected);
    const RunId added = add(expected, RunState::kRunning, 1);
    ASSERT_NE(existing_with(context(), expected.stencil), nullptr);
    EXPECT_EQ(existing_with(context(), expected.stencil)->id, added);
}

TEST_F(Actions, StepGoesJustPastTheNextEvaluation) {
    const RunId run = add({}, RunState::kPaused, 3); // evaluated 0, 10, 20; next to train: 30
    EXPECT_EQ(epochs_to_evaluation(*book.find(run)), 1);
    step_selected(context(), 1);
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_EQ(std::get<command::StepEpochs>(bodies[0]).epochs, 1);
    push(event::StateChanged{run, RunState::kPaused, 31, {}});
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(epochs_to_evaluation(*book.find(run)), 10);
}

TEST_F(Actions, ResetReplacesTheRunByAFreshIdleOne) {
    RunConfig config;
    config.seed = 3;
    const RunId old = add(config, RunState::kRunning, 5);
    view.cursor.hold(20);
    reset_selected(context());
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 2U);
    EXPECT_EQ(std::get<command::Remove>(bodies[0]).run, old);
    const auto& added = std::get<command::AddRun>(bodies[1]);
    EXPECT_NE(added.run, old);
    EXPECT_EQ(added.config, config);
    EXPECT_FALSE(added.start);
    EXPECT_EQ(view.selected, added.run);
    EXPECT_TRUE(view.cursor.live);
    keep_selection_valid(context());
    EXPECT_EQ(view.selected, added.run) << "kept while the run is on its way";
}

TEST_F(Actions, ADraftTurnsStartIntoStartNewRunAndBadOnesDoNotStart) {
    add({}, RunState::kRunning, 1);
    view.draft = RunConfig{};
    view.draft->seed = 12;
    EXPECT_EQ(start_label(context()), StartLabel::kStartNewRun);
    view.draft->p = 3;
    press_start(context());
    EXPECT_TRUE(sent().empty());
    view.draft->p = 113;
    press_start(context());
    ASSERT_EQ(sent().size(), 1U);
    EXPECT_FALSE(view.draft.has_value());
}

TEST_F(Actions, SelectionMovesAlongTheListAndSurvivesRemoval) {
    const RunId first = add({}, RunState::kRunning, 1);
    RunConfig variant;
    variant.stencil = Stencil::of({0});
    const RunId second = add(variant, RunState::kRunning, 1);
    select_neighbour(context(), 1);
    EXPECT_EQ(view.selected, second);
    select_neighbour(context(), 1);
    EXPECT_EQ(view.selected, second);
    remove_run(context(), second);
    push(event::StateChanged{second, RunState::kRemoved, 0, {}});
    ASSERT_TRUE(book.drain(channels));
    keep_selection_valid(context());
    EXPECT_EQ(view.selected, first);
}

TEST_F(Actions, OneRunAtATimeIsPinnedAndItsPinGoesWithIt) {
    const RunId first = add({});
    RunConfig other;
    other.seed = 7;
    const RunId second = add(other);
    toggle_pin(context(), first);
    EXPECT_EQ(view.pinned, first);
    toggle_pin(context(), second);
    EXPECT_EQ(view.pinned, second);
    keep_selection_valid(context());
    EXPECT_EQ(view.pinned, second);
    push(event::StateChanged{second, RunState::kRemoved, 0, {}});
    ASSERT_TRUE(book.drain(channels));
    keep_selection_valid(context());
    EXPECT_EQ(view.pinned, std::nullopt);
    toggle_pin(context(), first);
    toggle_pin(context(), first);
    EXPECT_EQ(view.pinned, std::nullopt);
}

TEST_F(Actions, AResetRunKeepsItsPin) {
    const RunId run = add({}, RunState::kPaused, 3);
    toggle_pin(context(), run);
    reset_selected(context());
    EXPECT_EQ(view.pinned, view.selected);
    EXPECT_NE(view.pinned, run);
    keep_selection_valid(context()); // the new one has not arrived yet
    EXPECT_EQ(view.pinned, view.selected);
}

TEST_F(Actions, ARemovedRunIsPausedAndStaysOutOfTheNextStart) {
    const RunId first = add({}, RunState::kPaused, 1);
    RunConfig variant;
    variant.stencil = Stencil::of({0});
    const RunId second = add(variant, RunState::kRunning, 1);
    remove_run(context(), second);
    std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_EQ(std::get<command::Pause>(bodies[0]).run, second);
    push(event::StateChanged{second, RunState::kPaused, 10, {}});
    ASSERT_TRUE(book.drain(channels));
    commands.acknowledged({1, true, {}});
    book.set_aside(view.arrangement.removed);
    press_start(context());
    bodies = sent();
    ASSERT_EQ(bodies.size(), 1U) << "no start_all: it would wake the removed run";
    EXPECT_EQ(std::get<command::Start>(bodies[0]).run, first);
}

TEST_F(Actions, TheFormsRunIsAddedOnceAndSelected) {
    add({}, RunState::kRunning, 1);
    RunConfig config;
    config.p = 31;
    add_or_select(context(), config);
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    const auto& added = std::get<command::AddRun>(bodies[0]);
    EXPECT_TRUE(added.start);
    EXPECT_EQ(view.selected, added.run);
    view.selected.reset();
    add_or_select(context(), {});
    EXPECT_TRUE(sent().empty());
    EXPECT_EQ(view.selected, RunId{1}) << "the one that has these settings already";
}

TEST_F(Actions, ANoteIsKeptChangedAndRemovedAtTheCursorsEpoch) {
    const RunId run = add({}, RunState::kPaused, 5);
    view.cursor.hold(20);
    begin_note(context());
    ASSERT_TRUE(view.note_draft);
    keep_note(context(), "first");
    ASSERT_EQ(view.arrangement.notes.size(), 1U);
    EXPECT_TRUE((view.arrangement.notes[0] == Note{run, 20, "first"}));
    begin_note(context());
    EXPECT_EQ(view.note_draft, "first");
    keep_note(context(), "second");
    ASSERT_EQ(view.arrangement.notes.size(), 1U);
    EXPECT_EQ(view.arrangement.notes[0].text, "second");
    begin_note(context());
    keep_note(context(), "");
    EXPECT_TRUE(view.arrangement.notes.empty());
}

TEST_F(Actions, HoldingTheKeyFlipsToThePinnedRunAndBack) {
    const RunId first = add({}, RunState::kPaused, 5);
    RunConfig variant;
    variant.stencil = Stencil::of({0});
    const RunId second = add(variant, RunState::kPaused, 5);
    hold_flip(view, true);
    EXPECT_EQ(view.selected, first) << "nothing is pinned";
    hold_flip(view, false);
    view.pinned = second;
    hold_flip(view, true);
    hold_flip(view, true);
    EXPECT_EQ(view.selected, second);
    hold_flip(view, false);
    EXPECT_EQ(view.selected, first);
}

TEST_F(Actions, PresenterModeChangesNothingElseOfTheView) {
    view.settings.theme = ThemeKind::kDark;
    view.settings.scale = 1.4F;
    view.arrangement.shares.left = 0.3F;
    toggle_presenter(view);
    EXPECT_TRUE(view.settings.presenter.on);
    EXPECT_EQ(view.settings.presenter.theme, ThemeKind::kLight);
    toggle_theme(view);
    EXPECT_EQ(view.settings.presenter.theme, ThemeKind::kDark);
    EXPECT_EQ(view.settings.theme, ThemeKind::kDark);
    EXPECT_TRUE(close_topmost(view));
    EXPECT_FALSE(view.settings.presenter.on);
    EXPECT_FLOAT_EQ(view.settings.scale, 1.4F);
    EXPECT_FLOAT_EQ(view.arrangement.shares.left, 0.3F);
    EXPECT_FALSE(close_topmost(view));
    EXPECT_GE(15 * presenter_scale(1920, 1080), 28);
    EXPECT_EQ(presenter_scale(800, 1400), presenter_scale(1400, 800));
}

TEST(View, EscapeClosesASheetBeforeItLeavesPresenterMode) {
    ViewState view;
    view.settings.presenter.on = true;
    for (const Action sheet : {Action::kHelp, Action::kLottery}) {
        view.sheet = sheet;
        EXPECT_TRUE(close_topmost(view));
        EXPECT_EQ(view.sheet, Action::kNone);
        EXPECT_TRUE(view.settings.presenter.on);
    }
    view.info_open = true;
    EXPECT_TRUE(close_topmost(view));
    EXPECT_FALSE(view.info_open);
    EXPECT_TRUE(view.settings.presenter.on);
}

TEST(View, EscapeTakesTheOfferOfFewerThreadsAwayButNotOneThatIsOutOfSight) {
    ViewState view;
    view.workers_notice = WorkersNotice::kOffered;
    view.settings.presenter.on = true; // where it is not shown
    EXPECT_TRUE(close_topmost(view));
    EXPECT_FALSE(view.settings.presenter.on);
    EXPECT_EQ(view.workers_notice, WorkersNotice::kOffered);
    EXPECT_TRUE(close_topmost(view));
    EXPECT_EQ(view.workers_notice, WorkersNotice::kNone);
    EXPECT_FALSE(close_topmost(view));
}

TEST(CommandSink, KeepsWhatTheRingRefusesAndSendsItInOrder) {
    ChannelSizes sizes;
    sizes.commands = 1;
    Channels channels(sizes);
    CommandSink sink;
    const std::uint64_t first = sink.send(command::StartAll{});
    const std::uint64_t second = sink.send(command::PauseAll{});
    EXPECT_LT(first, second);
    EXPECT_TRUE(sink.flush(channels));
    EXPECT_FALSE(sink.flush(channels));
    EXPECT_EQ(channels.commands.try_pop()->number, first);
    EXPECT_TRUE(sink.flush(channels));
    EXPECT_EQ(channels.commands.try_pop()->number, second);
    EXPECT_TRUE(sink.pending<command::PauseAll>());
    sink.acknowledged({second, true, {}});
    EXPECT_FALSE(sink.pending<command::PauseAll>());
    EXPECT_FALSE(sink.idle());
    sink.acknowledged({first, true, {}});
    EXPECT_TRUE(sink.idle());
}

} // namespace
} // namespace grokscope::ui
