// Cursor, replay and the pace of training: view state before and after, commands emitted.
#include "ui/core/playback.h"

#include "tests/ui/action_test.h"

#include <gtest/gtest.h>

#include <variant>
#include <vector>

namespace grokscope::ui {
namespace {

class Playback : public ActionTest {};

TEST_F(Playback, TheCursorStopsAtRecordedEpochs) {
    add({}, RunState::kRunning, 11); // 0..100
    move_cursor_to(context(), 47);
    EXPECT_FALSE(view.cursor.live);
    EXPECT_EQ(view.cursor.held_epoch, 50);
    move_cursor_by(context(), -1);
    EXPECT_EQ(view.cursor.held_epoch, 40);
    move_cursor_by(context(), 100);
    EXPECT_EQ(view.cursor.held_epoch, 100);
    move_cursor_by(context(), -100);
    EXPECT_EQ(view.cursor.held_epoch, 0);
    go_live(context());
    EXPECT_TRUE(view.cursor.live);
    EXPECT_EQ(view.cursor.at(100), 100);
}

TEST_F(Playback, WithoutDataTheCursorStaysLive) {
    add({});
    move_cursor_to(context(), 10);
    move_cursor_by(context(), 1);
    EXPECT_TRUE(view.cursor.live);
}

TEST_F(Playback, EventsAreVisitedInBothDirections) {
    const RunId run = add({}, RunState::kRunning, 100);
    mark(run, MarkKind::kMemorised, 150);
    mark(run, MarkKind::kGrokked, 700);
    move_cursor_to_event(context(), -1);
    EXPECT_EQ(view.cursor.held_epoch, 700);
    move_cursor_to_event(context(), -1);
    EXPECT_EQ(view.cursor.held_epoch, 150);
    move_cursor_to_event(context(), -1);
    EXPECT_EQ(view.cursor.held_epoch, 0);
    move_cursor_to_event(context(), 1);
    EXPECT_EQ(view.cursor.held_epoch, 150);
    move_cursor_to_event(context(), 1);
    move_cursor_to_event(context(), 1);
    EXPECT_TRUE(view.cursor.live) << "beyond the last event is now";
}

TEST_F(Playback, ReplayRunsThroughTheRecordAndEndsLive) {
    add({}, RunState::kPaused, 101); // 0..1000
    view.replay_rate = 3;            // 10x
    ASSERT_EQ(kReplayRates[view.replay_rate], 10);
    toggle_replay(context());
    ASSERT_TRUE(view.replaying);
    advance_replay(context(), 1);
    EXPECT_EQ(view.cursor.held_epoch, 200) << "10 times 20 epochs per second";
    advance_replay(context(), 0.06);
    EXPECT_EQ(view.cursor.held_epoch, 210) << "at a record, not between";
    advance_replay(context(), 10);
    EXPECT_FALSE(view.replaying);
    EXPECT_TRUE(view.cursor.live);
}

TEST_F(Playback, ReplayStartsAtTheHeldCursorAndFromTheFrontWhenThatIsTheEnd) {
    add({}, RunState::kPaused, 101);
    view.replay_rate = 0; // 1x
    view.cursor.hold(500);
    toggle_replay(context());
    advance_replay(context(), 1);
    EXPECT_EQ(view.cursor.held_epoch, 520);
    toggle_replay(context());
    EXPECT_FALSE(view.replaying);
    view.cursor.hold(1000);
    toggle_replay(context());
    advance_replay(context(), 1);
    EXPECT_EQ(view.cursor.held_epoch, 20);
}

TEST_F(Playback, ALoopingReplayBeginsAgain) {
    add({}, RunState::kPaused, 101);
    view.replay_loop = true;
    view.replay_rate = 6; // 100x: 2,000 epochs a second
    toggle_replay(context());
    advance_replay(context(), 0.25);
    EXPECT_EQ(view.cursor.held_epoch, 500);
    advance_replay(context(), 0.3);
    EXPECT_TRUE(view.replaying);
    EXPECT_FALSE(view.cursor.live);
    EXPECT_EQ(view.cursor.held_epoch, 0);
}

/// Where the made-up baseline's test accuracy rises most steeply.
constexpr int kJump = 4770;

TEST_F(Playback, ReplaySlowsAtTheJumpAndOnlyThere) {
    add({}, RunState::kPaused, 601); // 0..6000, the jump is at 5,130
    view.replay_rate = 6;
    toggle_replay(context());
    view.replay_position = 2000;
    advance_replay(context(), 0.1);
    EXPECT_FALSE(view.replay_slowed);
    EXPECT_EQ(view.cursor.held_epoch, 2200);
    view.replay_position = kJump;
    advance_replay(context(), 1);
    EXPECT_TRUE(view.replay_slowed);
    EXPECT_EQ(view.cursor.held_epoch, kJump + 60) << "60 epochs per second";
    set_auto_slow(context(), false);
    view.replay_position = kJump;
    advance_replay(context(), 0.1);
    EXPECT_FALSE(view.replay_slowed);
    EXPECT_EQ(view.cursor.held_epoch, kJump + 200);
}

TEST_F(Playback, TrainingIsHeldBackWhileAccuracyMovesAndLetGoAfterwards) {
    const RunId run = add({}, RunState::kRunning, 400);
    slow_training_at_jumps(context());
    EXPECT_TRUE(sent().empty()) << "long before the jump";
    const auto train_to = [&](int epoch) {
        for (int e = book.find(run)->last_epoch() + 10; e <= epoch; e += 10) {
            ASSERT_TRUE(channels.metrics.try_push(fake::sample_at(run, {}, e)));
        }
        ASSERT_TRUE(book.drain(channels));
        slow_training_at_jumps(context());
    };
    train_to(kJump);
    EXPECT_TRUE(view.training_slowed);
    std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_EQ(std::get<command::SetSpeed>(bodies[0]).epochs_per_second, kSlowEpochsPerSecond);
    train_to(fake::grok_epoch({}) + 600);
    EXPECT_FALSE(view.training_slowed);
    bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_EQ(std::get<command::SetSpeed>(bodies[0]).epochs_per_second, 0)
        << "the user's own limit: none";
}

TEST_F(Playback, ASpeedChosenDuringAJumpHolds) {
    add({}, RunState::kRunning, kJump / 10 + 1);
    slow_training_at_jumps(context());
    ASSERT_TRUE(view.training_slowed);
    (void)sent();
    set_speed(context(), 3);
    slow_training_at_jumps(context());
    EXPECT_FALSE(view.training_slowed);
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_EQ(std::get<command::SetSpeed>(bodies[0]).epochs_per_second, 200);
}

TEST_F(Playback, AStableRunIsPausedOnceAndNotWhenItCameLikeThat) {
    const RunId run = add({}, RunState::kRunning, 10);
    rest_stable_runs(context());
    EXPECT_TRUE(sent().empty());
    mark(run, MarkKind::kStable, 90);
    rest_stable_runs(context());
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_EQ(std::get<command::Pause>(bodies[0]).run, run);
    rest_stable_runs(context());
    EXPECT_TRUE(sent().empty()) << "resumed, it goes on";

    RunConfig other;
    other.seed = 7;
    const RunId recorded = add(other, RunState::kPaused, 10);
    mark(recorded, MarkKind::kStable, 90);
    rest_stable_runs(context());
    push(event::StateChanged{recorded, RunState::kRunning, 100, {}});
    ASSERT_TRUE(book.drain(channels));
    rest_stable_runs(context());
    EXPECT_TRUE(sent().empty());

    other.seed = 8;
    const RunId third = add(other, RunState::kRunning, 10);
    view.auto_stop = false;
    mark(third, MarkKind::kStable, 90);
    rest_stable_runs(context());
    EXPECT_TRUE(sent().empty());
}

TEST_F(Playback, SpeedKeysSendTheLimitShown) {
    set_speed(context(), 1);
    set_speed(context(), 4);
    const std::vector<CommandBody> bodies = sent();
    ASSERT_EQ(bodies.size(), 2U);
    EXPECT_EQ(std::get<command::SetSpeed>(bodies[0]).epochs_per_second, 20);
    EXPECT_EQ(std::get<command::SetSpeed>(bodies[1]).epochs_per_second, 0);
}

} // namespace
} // namespace grokscope::ui
