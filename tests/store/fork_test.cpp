// Forks, from the notebook through the trainer and back: what is computed again is what the
// original was, bit for bit, and only what was changed differs.
#include "engine/store/sqlite.h"
#include "tests/store/fork_stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {
namespace {

using namespace store_test;

TEST(Fork, WithNothingChangedRepeatsItsOriginalBitForBit) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    Session session(file);
    ASSERT_TRUE(
        session.ask(command::BranchRun{kFork, fork_of(file, 1, 75, original_config())}, kFork))
        << session.text[kFork];
    EXPECT_EQ(session.end(), "");
    const auto whole = metrics(file, 1);
    const auto fork = metrics(file, 2);
    ASSERT_EQ(fork.front().epoch, 80) << "the first that is evaluated";
    ASSERT_EQ(fork.size(), 12U);
    for (std::size_t i = 0; i < fork.size(); ++i) {
        const MetricSample& same = whole[i + 8];
        ASSERT_EQ(fork[i].epoch, same.epoch);
        EXPECT_EQ(fork[i].train_loss, same.train_loss);
        EXPECT_EQ(fork[i].test_loss, same.test_loss);
        EXPECT_EQ(fork[i].mismatch[offset_slot(2)], same.mismatch[offset_slot(2)]);
    }
    EXPECT_EQ(last_state(file, 2), last_state(file, 1));
    ASSERT_FALSE(session.retraced.empty());
    EXPECT_EQ(session.retraced.back().epoch, 75);
    EXPECT_EQ(session.retraced.back().until, 75);
    Notebook notebook(file, Notebook::Access::kReadOnly);
    const RunSummary run = notebook.run(StoredRunId{2});
    EXPECT_EQ(run.provenance.fork, "nothing changed");
    EXPECT_EQ(run.provenance.parent, notebook.run(StoredRunId{1}).uuid);
    EXPECT_EQ(run.provenance.parent_epoch, 75);
    EXPECT_EQ(notebook.run(StoredRunId{1}).provenance.preset, "made-up");
    EXPECT_EQ(run.state, RunState::kFinished);
    EXPECT_EQ(notebook.weight_epochs(StoredRunId{2}).front(), 75);
}

TEST(Fork, ChangesTakeEffectAtItsEpochAndNotBefore) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    const RunConfig config = without_decay();
    train_fork(file, 80, config);
    const auto whole = metrics(file, 1);
    const auto fork = metrics(file, 2);
    ASSERT_EQ(fork.front().epoch, 80);
    EXPECT_EQ(fork[0].train_loss, whole[8].train_loss) << "of the weights that it begins with";
    EXPECT_NE(fork[0].test_loss, whole[8].test_loss) << "of those after its first update";

    // By hand: a run of these settings that takes the original's state up.
    WorkerPool pool(1);
    grokscope::Run parent(original_config(), small_parts(), pool);
    while (parent.epoch() < 80) {
        (void)parent.advance_one_epoch();
    }
    grokscope::Run by_hand(config, small_parts(), pool);
    by_hand.restore(parent.state());
    while (by_hand.epoch() < 200) {
        (void)by_hand.advance_one_epoch();
    }
    EXPECT_EQ(last_state(file, 2), hash_of(by_hand.state()));
    Notebook notebook(file, Notebook::Access::kReadOnly);
    EXPECT_EQ(notebook.run(StoredRunId{2}).provenance.fork, "decay 0");
    EXPECT_EQ(notebook.run(StoredRunId{2}).config.weight_decay, 0);
}

TEST(Fork, BeginsNewProbesAndMemoriesAndKeepsTheOthers) {
    RunConfig config = original_config();
    WorkerPool pool(1);
    grokscope::Run parent(config, small_parts(), pool);
    std::deque<Parameters> history;
    while (parent.epoch() < 40) {
        history.push_front(parent.state().parameters);
        (void)parent.advance_one_epoch();
    }
    config.stencil = Stencil::of({-4, -1});
    config.grokfast = Grokfast::kEma;
    grokscope::Run fresh(config, small_parts(), pool);
    const TrainingState state = carried_over(parent.state(), fresh.state(), history, 4);
    EXPECT_EQ(state.epoch, 40);
    EXPECT_EQ(state.updates, 40);
    ASSERT_EQ(state.probes.size(), 2U);
    EXPECT_EQ(hash_of(state), hash_of([&] {
                  TrainingState expected = state;
                  expected.probes[0] = fresh.state().probes[0];  // -4 is new
                  expected.probes[1] = parent.state().probes[0]; // -1 goes on
                  return expected;
              }()));
    ASSERT_EQ(state.slots.size(), 3U);
    EXPECT_TRUE(
        std::ranges::equal(state.slots[0].values.flat(), parent.state().first_moment().flat()));
    EXPECT_EQ(sum_squares(state.slots[2].values.flat()), 0) << state.slots[2].name;
    ASSERT_EQ(state.previous.size(), 4U);
    EXPECT_TRUE(std::ranges::equal(state.previous[3].flat(), history[3].flat()));
    EXPECT_NO_THROW(fresh.restore(state));
    EXPECT_THROW((void)carried_over(parent.state(), fresh.state(), {}, 4), std::invalid_argument);
}

TEST(Fork, OfAForkIsComputedThroughBoth) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    const RunConfig config = without_decay();
    train_fork(file, 50, config);
    const auto again = fork_of(file, 2, 120, config);
    ASSERT_EQ(again->legs.size(), 2U);
    EXPECT_EQ(again->legs[0].until, 50);
    EXPECT_EQ(again->legs[0].config.weight_decay, 1);
    EXPECT_EQ(again->legs[1].until, 120);
    EXPECT_EQ(again->legs[1].config.weight_decay, 0);
    Session second(file);
    ASSERT_TRUE(second.ask(command::BranchRun{RunId{3}, again}, RunId{3}));
    EXPECT_EQ(second.end(), "");
    EXPECT_EQ(last_state(file, 3), last_state(file, 2));
}

TEST(Fork, TakesTheNewestEarlierState) {
    const ScratchFolder folder;
    RunConfig config = original_config();
    config.epochs = 60;
    const std::string file = with_original(folder, config);
    config.epochs = 300;
    const auto at_the_end = fork_of(file, 1, 60, config);
    ASSERT_NE(at_the_end->state, nullptr);
    EXPECT_EQ(at_the_end->state->epoch, 60);
    EXPECT_EQ(fork_of(file, 1, 59, config)->state, nullptr);
    Session session(file);
    ASSERT_TRUE(session.ask(command::BranchRun{kFork, at_the_end}, kFork));
    EXPECT_EQ(session.end(), "");
    EXPECT_TRUE(session.retraced.empty()) << "there is nothing to compute again";
    EXPECT_EQ(metrics(file, 2).front().epoch, 60);
}

TEST(Fork, OfARunThatTrainsHereDoesNotComputeItAgain) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    Session session(file);
    RunConfig config = original_config();
    config.epochs = 100'000;
    ASSERT_TRUE(session.ask(command::AddRun{kOriginal, config, false}, kOriginal, RunState::kIdle));
    ASSERT_TRUE(session.ask(command::StepEpochs{kOriginal, 70}, kOriginal, RunState::kPaused));
    auto start = std::make_shared<BranchStart>();
    start->config = config;
    start->config.weight_decay = 0.5;
    start->config.epochs = 90;
    start->point = {"somebody's", 70, "decay 0.5"};
    start->legs = {{config, 70}};
    ASSERT_TRUE(session.ask(command::BranchRun{kFork, start, true, kOriginal}, kFork));
    EXPECT_TRUE(session.retraced.empty());
    EXPECT_EQ(session.end(), "");
    EXPECT_EQ(metrics(file, 2).front().epoch, 70);
}

TEST(Fork, OfARunThatHasGoneOnHereBeginsAtTheNearestStateInMemory) {
    const ScratchFolder folder;
    Session session(folder / "notes.db");
    RunConfig config = original_config();
    config.epochs = 5000;
    ASSERT_TRUE(session.ask(command::AddRun{kOriginal, config, true}, kOriginal));
    auto start = std::make_shared<BranchStart>();
    start->config = config;
    start->point = {"somebody's", 3020, "nothing changed"};
    start->legs = {{config, 3020}};
    ASSERT_TRUE(session.ask(command::BranchRun{kFork, start, true, kOriginal}, kFork));
    ASSERT_FALSE(session.retraced.empty());
    EXPECT_EQ(session.retraced.front().epoch, 3020) << "20 epochs from 3,000 on, kept every 500";
    EXPECT_EQ(session.end(), "");
    EXPECT_EQ(last_state(folder / "notes.db", 2), last_state(folder / "notes.db", 1));
}

TEST(Fork, WithADeeperStencilBeginsWhereverAStateIsAtHand) {
    const ScratchFolder folder;
    RunConfig plain = small_config();
    plain.epochs = 500;
    const std::string file = with_original(folder, plain);
    RunConfig deep = plain;
    deep.stencil = Stencil::of({-8, 8});
    deep.epochs = 530;
    std::int64_t number = 1;
    for (const std::int32_t epoch : {500, 497, 250, 3}) { // at a state, just behind one, near 0
        Session session(file);
        ASSERT_TRUE(session.ask(command::BranchRun{kFork, fork_of(file, 1, epoch, deep)}, kFork))
            << session.text[kFork];
        EXPECT_EQ(session.end(), "");
        Notebook notebook(file, Notebook::Access::kReadOnly);
        EXPECT_EQ(notebook.run(static_cast<StoredRunId>(++number)).state, RunState::kFinished);
    }
    Session session(folder / "live.db"); // the same with states that are in memory
    ASSERT_TRUE(session.ask(command::AddRun{kOriginal, plain, true}, kOriginal));
    for (const std::int32_t epoch : {500, 252, 250}) {
        auto start = std::make_shared<BranchStart>();
        start->config = deep;
        start->point = {"somebody's", epoch, "[-8,+8]"};
        start->legs = {{plain, epoch}};
        const RunId run{static_cast<std::uint32_t>(epoch)};
        ASSERT_TRUE(session.ask(command::BranchRun{run, start, true, kOriginal}, run))
            << session.text[run];
    }
    EXPECT_EQ(session.end(), "");
    EXPECT_EQ(last_state(folder / "live.db", 2), last_state(file, 2)) << "at 500";
    EXPECT_EQ(last_state(folder / "live.db", 4), last_state(file, 4)) << "at 250";
}

TEST(Fork, ThatForksFromItselfIsRefused) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    const RunConfig config = without_decay();
    for (const int run : {2, 3}) {
        train_fork(file, 50, config, run - 1);
    }
    Database(file, Database::Access::kReadWrite)
        .execute("UPDATE run SET parent = (SELECT uuid FROM run WHERE id = 3) WHERE id = 2");
    try {
        (void)fork_of(file, 3, 100, config);
        ADD_FAILURE() << "it was made";
    } catch (const NotebookError& error) {
        EXPECT_NE(std::string(error.what()).find("forks from too many others"), std::string::npos)
            << error.what();
    }
}

TEST(Fork, OfAForkBeginsWhereThatDoesOrLater) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    const RunConfig config = without_decay();
    train_fork(file, 100, config);
    EXPECT_NO_THROW((void)fork_of(file, 2, 100, config));
    try {
        (void)fork_of(file, 2, 99, config);
        ADD_FAILURE() << "it was made";
    } catch (const NotebookError& error) {
        EXPECT_STREQ(error.what(), "run 2 is a fork that begins at epoch 100; epoch 99 is one of "
                                   "its original");
    }
}

TEST(Fork, StepsCountItsOwnEpochs) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    const RunConfig config = without_decay();
    Session session(file);
    ASSERT_TRUE(session.ask(command::BranchRun{kFork, fork_of(file, 1, 150, config), false}, kFork,
                            RunState::kIdle));
    ASSERT_TRUE(session.ask(command::StepEpochs{kFork, 11}, kFork, RunState::kPaused));
    EXPECT_EQ(session.end(), "");
    Notebook notebook(file, Notebook::Access::kReadOnly);
    EXPECT_EQ(notebook.run(StoredRunId{2}).epoch, 161);
}

TEST(Fork, ResetWhileItIsComputedAgainLeavesTheSameRecord) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    const RunConfig config = without_decay();
    Session session(file);
    ASSERT_TRUE(session.ask(command::BranchRun{kFork, fork_of(file, 1, 150, config), false}, kFork,
                            RunState::kIdle));
    ASSERT_TRUE(session.ask(command::Reset{kFork}, kFork, RunState::kIdle));
    ASSERT_TRUE(session.ask(command::Start{kFork}, kFork));
    ASSERT_TRUE(session.ask(command::Reset{kFork}, kFork, RunState::kIdle)); // now it is recorded
    ASSERT_TRUE(session.ask(command::Start{kFork}, kFork));
    EXPECT_EQ(session.end(), "");
    Notebook notebook(file, Notebook::Access::kReadOnly);
    std::vector<RunSummary> runs = notebook.runs();
    ASSERT_EQ(runs.size(), 3U) << "the original, and both lives";
    EXPECT_EQ(notebook.metrics(runs[1].id).front().epoch, 150);
    EXPECT_EQ(notebook.metrics(runs[2].id).front().epoch, 150);
    EXPECT_EQ(last_state(file, 2), last_state(file, 3));
}

TEST(Fork, IsRefusedBeyondTheRecordAndWithWhatItMayNotChange) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    const auto refusal = [&](std::int32_t epoch, const RunConfig& config) {
        try {
            (void)fork_of(file, 1, epoch, config);
        } catch (const NotebookError& error) {
            return std::string(error.what());
        }
        return std::string("it was made");
    };
    RunConfig longer = original_config();
    longer.epochs = 500;
    EXPECT_NE(refusal(201, longer).find("recorded up to epoch 200"), std::string::npos);
    RunConfig other = original_config();
    other.seed = 4;
    EXPECT_NE(refusal(50, other).find("the seed shapes how a run begins"), std::string::npos);
    EXPECT_NE(refusal(200, original_config()).find("must be above the epoch of the fork"),
              std::string::npos);
}

TEST(Fork, GoesOnFromItsRecord) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    RunConfig config = without_decay();
    config.epochs = 150;
    train_fork(file, 80, config);
    Session session(file);
    std::shared_ptr<const StoredRun> stored;
    {
        Notebook notebook(file, Notebook::Access::kReadOnly);
        stored = read_for_resuming(notebook, StoredRunId{2}, 200);
    }
    ASSERT_TRUE(stored->branch.has_value());
    EXPECT_EQ(stored->branch->fork, "decay 0");
    EXPECT_EQ(stored->branch->epoch, 80);
    ASSERT_TRUE(session.ask(command::ResumeRun{kFork, stored, true}, kFork));
    EXPECT_EQ(session.end(), "");
    ASSERT_FALSE(session.added.empty());
    EXPECT_EQ(session.added[0].branch->fork, "decay 0");
    config.epochs = 200;
    Session whole(folder / "whole.db");
    auto start = std::make_shared<BranchStart>(*fork_of(file, 1, 80, config));
    ASSERT_TRUE(whole.ask(command::BranchRun{kFork, start}, kFork));
    EXPECT_EQ(whole.end(), "");
    EXPECT_EQ(last_state(file, 2), last_state(folder / "whole.db", 1));
}

} // namespace
} // namespace grokscope
