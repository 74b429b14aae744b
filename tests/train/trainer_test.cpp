// The trainer's thread: fair turns, failures that stay where they happen, nothing lost, and an end
// in every situation.
#include "tests/train/trainer_harness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <ctime>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>

namespace grokscope {
namespace {

using test::Deadline;
using test::fake_parts;
using test::FakeScript;
using test::small_config;
using test::TrainerHarness;

constexpr RunId kFirst{1};
constexpr RunId kSecond{2};
constexpr RunId kThird{3};

/// All figures of one run trained alone for `epochs`.
std::vector<MetricSample> trained_alone(const RunConfig& config) {
    TrainerHarness front_end;
    EXPECT_TRUE(front_end.ask(command::AddRun{kFirst, config, true}).accepted);
    EXPECT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
    front_end.drain();
    return front_end.samples_of(kFirst);
}

void expect_equal_figures(const std::vector<MetricSample>& one,
                          const std::vector<MetricSample>& other) {
    ASSERT_EQ(one.size(), other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        EXPECT_EQ(one[i].epoch, other[i].epoch);
        EXPECT_EQ(one[i].train_loss, other[i].train_loss);
        EXPECT_EQ(one[i].test_loss, other[i].test_loss);
        EXPECT_EQ(one[i].weight_sum_squares, other[i].weight_sum_squares);
    }
}

TEST(Trainer, ResultsDoNotDependOnTheNumberOfRuns) {
    const RunConfig one = small_config(1, 300);
    RunConfig other = small_config(2, 200);
    other.stencil = Stencil::of({0, 1});
    const std::vector<MetricSample> one_alone = trained_alone(one);
    const std::vector<MetricSample> other_alone = trained_alone(other);
    ASSERT_EQ(one_alone.size(), 30U);
    ASSERT_EQ(other_alone.size(), 20U);
    EXPECT_NE(one_alone.back().train_loss, other_alone.back().train_loss);
    EXPECT_TRUE(std::isnan(other_alone[0].mismatch[offset_slot(1)]));
    EXPECT_FALSE(std::isnan(other_alone[1].mismatch[offset_slot(1)]));

    TrainerHarness front_end;
    front_end.send(command::AddRun{kFirst, one, true});
    front_end.send(command::AddRun{kSecond, other, true});
    front_end.send(command::AddRun{kThird, small_config(3, 250), true});
    for (const RunId run : {kFirst, kSecond, kThird}) {
        ASSERT_TRUE(front_end.wait_for_state(run, RunState::kFinished));
    }
    front_end.drain();
    expect_equal_figures(front_end.samples_of(kFirst), one_alone);
    expect_equal_figures(front_end.samples_of(kSecond), other_alone);
}

TEST(Trainer, ResultsDoNotDependOnThreadsThatComeAndGo) {
    RunConfig config = small_config(1, 400);
    config.stencil = Stencil::of({-1, 1});
    const std::vector<MetricSample> alone = trained_alone(config);
    ASSERT_EQ(alone.size(), 40U);
    TrainerHarness front_end(fake_parts(), {}, {}, 4);
    front_end.send(command::AddRun{kFirst, config, true});
    const auto finished = [&] { return front_end.state_of(kFirst) == RunState::kFinished; };
    for (int round = 0; round < 12 || !finished(); ++round) {
        ASSERT_TRUE(front_end.ask(command::SetWorkers{round % 5}).accepted);
    }
    front_end.drain();
    expect_equal_figures(front_end.samples_of(kFirst), alone);
}

TEST(Trainer, GivesEachRunOneEpochInTurn) {
    std::vector<std::uint32_t> turns; // written on the trainer's thread, read after it has ended
    FakeScript script;
    script.on_epoch = [&](const RunConfig& config, std::int32_t) { turns.push_back(config.seed); };
    TrainerHarness front_end(fake_parts(script));
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        ASSERT_TRUE(
            front_end.ask(command::AddRun{RunId{seed}, small_config(seed, 50), false}).accepted);
    }
    ASSERT_TRUE(front_end.ask(command::StartAll{}).accepted);
    for (const RunId run : {kFirst, kSecond, kThird}) {
        ASSERT_TRUE(front_end.wait_for_state(run, RunState::kFinished));
    }
    front_end.destroy_trainer();
    ASSERT_EQ(turns.size(), 150U);
    for (std::size_t i = 3; i < turns.size(); ++i) {
        EXPECT_EQ(turns[i], turns[i - 3]);
        EXPECT_NE(turns[i], turns[i - 1]);
    }
}

TEST(Trainer, NonFiniteLossFailsTheRunNamingTheEpochAndSparesTheOthers) {
    for (const std::int32_t bad_epoch : {0, 25}) {
        FakeScript script;
        script.train_loss = [&](const RunConfig& config, std::int32_t epoch) {
            return config.seed == 2 && epoch == bad_epoch ? std::numeric_limits<double>::quiet_NaN()
                                                          : 1.0;
        };
        TrainerHarness front_end(fake_parts(script));
        front_end.send(command::AddRun{kFirst, small_config(1, 100), true});
        front_end.send(command::AddRun{kSecond, small_config(2, 100), true});
        ASSERT_TRUE(front_end.wait_for_state(kSecond, RunState::kFailed));
        const auto failed = std::ranges::find_if(front_end.changes, [](const auto& change) {
            return change.state == RunState::kFailed;
        });
        ASSERT_NE(failed, front_end.changes.end());
        EXPECT_NE(failed->text.find("epoch " + std::to_string(bad_epoch)), std::string::npos)
            << failed->text;
        ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
        front_end.drain();
        EXPECT_EQ(front_end.samples_of(kFirst).size(), 10U);
        EXPECT_EQ(front_end.samples_of(kSecond).size(), bad_epoch == 0 ? 0U : 3U)
            << "what came before the failure stays";
    }
}

TEST(Trainer, ExceptionInsideFailsTheRunWithItsTextAndResetRevivesIt) {
    std::atomic<bool> broken{true};
    FakeScript script;
    script.on_epoch = [&](const RunConfig& config, std::int32_t epoch) {
        if (broken && config.seed == 1 && epoch == 5) {
            throw std::runtime_error("no memory for the gradients");
        }
    };
    TrainerHarness front_end(fake_parts(script));
    front_end.send(command::AddRun{kFirst, small_config(1, 20), true});
    front_end.send(command::AddRun{kSecond, small_config(2, 20), true});
    ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFailed));
    ASSERT_TRUE(front_end.wait_for_state(kSecond, RunState::kFinished));
    const Acknowledgement refused = front_end.ask(command::Start{kFirst});
    EXPECT_FALSE(refused.accepted);
    EXPECT_NE(refused.reason.find("no memory for the gradients"), std::string::npos);
    broken = false;
    ASSERT_TRUE(front_end.ask(command::Reset{kFirst}).accepted);
    ASSERT_TRUE(front_end.ask(command::Start{kFirst}).accepted);
    EXPECT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
}

TEST(Trainer, ExceptionWithoutATypeFailsTheRunToo) {
    FakeScript script;
    script.on_epoch = [](const RunConfig&, std::int32_t) { throw 42; };
    TrainerHarness front_end(fake_parts(script));
    front_end.send(command::AddRun{kFirst, small_config(), true});
    ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFailed));
    EXPECT_FALSE(front_end.changes.back().text.empty());
}

TEST(Trainer, RunThatCannotBeMadeIsAFailedRunWithTheReason) {
    FakeScript script;
    script.on_make = [](const RunConfig&) { throw std::runtime_error("no such device"); };
    TrainerHarness front_end(fake_parts(script));
    EXPECT_TRUE(front_end.ask(command::AddRun{kFirst, small_config(), true}).accepted);
    ASSERT_EQ(front_end.added.size(), 1U);
    ASSERT_EQ(front_end.state_of(kFirst), RunState::kFailed);
    EXPECT_NE(front_end.changes.back().text.find("no such device"), std::string::npos);
    EXPECT_TRUE(front_end.ask(command::Reset{kFirst}).accepted);
    EXPECT_EQ(front_end.state_of(kFirst), RunState::kFailed) << "still no device";
    EXPECT_TRUE(front_end.ask(command::Remove{kFirst}).accepted);
}

/// Memorises at 100, groks at 200.
FakeScript groks_at_200() {
    FakeScript script;
    script.train_accuracy = [](const RunConfig&, std::int32_t epoch) {
        return epoch >= 100 ? 1.0 : 0.2;
    };
    script.test_accuracy = [](const RunConfig&, std::int32_t epoch) {
        return epoch >= 200 ? 1.0 : 0.0;
    };
    return script;
}

TEST(Trainer, EndsAtTheGrokEpochByOption) {
    TrainerHarness front_end(fake_parts(groks_at_200()));
    RunConfig config = small_config(1, 5000);
    config.stop_when_grokked = true;
    front_end.send(command::AddRun{kFirst, config, true});
    ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
    front_end.drain();
    EXPECT_EQ(front_end.changes.back().epoch, 201) << "the next epoch to train";
    EXPECT_NE(front_end.changes.back().text.find("epoch 200"), std::string::npos);
    EXPECT_EQ(front_end.samples.back().epoch, 200);
    const auto grokked = std::ranges::find(front_end.marks, MarkKind::kGrokked, &event::Mark::kind);
    ASSERT_NE(grokked, front_end.marks.end());
    EXPECT_EQ(grokked->epoch, 200);
}

TEST(Trainer, EndsInTheStableBasinByOption) {
    TrainerHarness front_end(fake_parts(groks_at_200()));
    RunConfig config = small_config(1, 5000);
    config.stop_when_stable = true;
    front_end.send(command::AddRun{kFirst, config, true});
    ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
    front_end.drain();
    EXPECT_EQ(front_end.changes.back().epoch, 1201);
    EXPECT_EQ(front_end.marks.back().kind, MarkKind::kStable);
    EXPECT_EQ(front_end.marks.back().epoch, 200);
}

TEST(Trainer, TrainsOnPastBothMilestonesWithoutTheOptions) {
    TrainerHarness front_end(fake_parts(groks_at_200()));
    front_end.send(command::AddRun{kFirst, small_config(1, 2000), true});
    ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
    front_end.drain();
    EXPECT_EQ(front_end.changes.back().epoch, 2000);
    EXPECT_EQ(front_end.samples.size(), 200U);
}

TEST(Trainer, RecordsSnapshotsAtTheirCadenceAndOneAtTheEnd) {
    TrainerHarness front_end;
    RunConfig config = small_config(1, 45);
    config.snapshot_every = 20;
    ASSERT_TRUE(front_end.ask(command::AddRun{kFirst, config, false}).accepted);
    ASSERT_TRUE(front_end.wait_for([&] { return front_end.snapshots.size() == 1; }))
        << "an idle run shows its initial weights";
    ASSERT_TRUE(front_end.ask(command::Start{kFirst}).accepted);
    ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
    ASSERT_TRUE(front_end.wait_for([&] { return front_end.snapshots.size() >= 4; }));
    std::vector<std::int32_t> epochs;
    for (const Snapshot& snapshot : front_end.snapshots) {
        EXPECT_EQ(snapshot.run, kFirst);
        epochs.push_back(snapshot.epoch);
    }
    EXPECT_EQ(epochs, (std::vector<std::int32_t>{0, 20, 40, 45}));
    EXPECT_NE(front_end.snapshots[0].weight_sum_squares, front_end.snapshots[1].weight_sum_squares);
}

TEST(Trainer, StalledReaderWithRingsOfOneSlotMissesNothing) {
    constexpr int kEpochs = 3000;
    TrainerHarness front_end(
        fake_parts(),
        ChannelSizes{.commands = 1, .events = 1, .metrics = 1, .snapshots = 1, .progress = 1});
    RunConfig config = small_config(1, kEpochs);
    config.snapshot_every = 50;
    // Nobody reads until the trainer has met full rings for a while.
    front_end.send(command::AddRun{kFirst, config, true});
    ASSERT_TRUE(
        front_end.deadline().wait_for([&] { return front_end.channels().deferred.load() > 300; }));
    ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
    ASSERT_TRUE(front_end.wait_for([&] {
        return front_end.samples.size() >= kEpochs / 10 &&
               front_end.snapshots.size() >= kEpochs / 50 + 1;
    }));
    for (std::size_t i = 0; i < front_end.samples.size(); ++i) {
        ASSERT_EQ(front_end.samples[i].epoch, static_cast<std::int32_t>(i) * 10);
    }
    for (std::size_t i = 0; i < front_end.snapshots.size(); ++i) {
        ASSERT_EQ(front_end.snapshots[i].epoch, static_cast<std::int32_t>(i) * 50);
    }
    EXPECT_EQ(front_end.answered, std::vector<std::uint64_t>{1});
}

TEST(Trainer, DeferredStaysZeroWhenTheRingsAreLargeEnough) {
    TrainerHarness front_end;
    front_end.send(command::AddRun{kFirst, small_config(1, 500), true});
    ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
    EXPECT_EQ(front_end.channels().deferred.load(), 0U);
}

TEST(Trainer, WakesTheFrontEndAtMostOncePerInterval) {
    std::vector<std::chrono::steady_clock::time_point>
        wakes; // trainer's thread, read after it has ended
    {
        TrainerHarness front_end(fake_parts(), {},
                                 [&] { wakes.push_back(std::chrono::steady_clock::now()); });
        RunConfig config = small_config(1, 3000);
        config.eval_every = 1;
        front_end.send(command::AddRun{kFirst, config, true});
        ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
    }
    ASSERT_GE(wakes.size(), 2U);
    for (std::size_t i = 1; i < wakes.size(); ++i) {
        EXPECT_GE(wakes[i] - wakes[i - 1], std::chrono::microseconds(15'500));
    }
}

TEST(Trainer, WakesTheFrontEndForTheLastThingItPublished) {
    // The front end looks only when woken: it must still see the end.
    Doorbell woken;
    TrainerHarness front_end(fake_parts(), {}, [&] { woken.ring(); });
    front_end.send(command::AddRun{kFirst, small_config(1, 5000), true});
    while (front_end.state_of(kFirst) != RunState::kFinished) {
        ASSERT_TRUE(woken.wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(30)));
        front_end.drain();
    }
    while (front_end.samples.size() < 500) {
        ASSERT_TRUE(woken.wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(30)));
        front_end.drain();
    }
}

TEST(Trainer, RefusesAnImpossibleNumberOfThreads) {
    Channels channels;
    EXPECT_THROW(
        Trainer(channels, fake_parts(), TrainerOptions{.threads = 0, .wake_front_end = {}}),
        std::invalid_argument);
}

/// Seconds of processor time of the whole process.
double processor_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

TEST(Trainer, PausedUsesNoProcessorTime) {
    TrainerHarness front_end;
    ASSERT_TRUE(front_end.ask(command::AddRun{kFirst, small_config(), true}).accepted);
    ASSERT_TRUE(front_end.ask(command::Pause{kFirst}).accepted);
    Doorbell never;
    front_end.drain();
    const double before = processor_seconds();
    (void)never.wait_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(500));
    EXPECT_LT(processor_seconds() - before, 0.015) << "3 % of half a second";
}

// ---------------------------------------------------------------- the end, in every situation

/// What the trainer is doing when it is destroyed.
enum class Moment { kEmpty, kIdle, kRunning, kPaused, kFinished, kFailed, kSlow, kFullRings };

class TrainerEnd : public testing::TestWithParam<Moment> {};

TEST_P(TrainerEnd, ComesPromptlyAndTwice) {
    for (int lifecycle = 0; lifecycle < 2; ++lifecycle) {
        FakeScript script;
        script.on_epoch = [](const RunConfig& config, std::int32_t epoch) {
            if (config.seed == 666 && epoch == 3) {
                throw std::runtime_error("broken");
            }
        };
        const Moment moment = GetParam();
        const bool full = moment == Moment::kFullRings;
        TrainerHarness front_end(
            fake_parts(script),
            full ? ChannelSizes{.commands = 4, .events = 1, .metrics = 1, .snapshots = 1}
                 : ChannelSizes{});
        RunConfig config = small_config(1, moment == Moment::kFinished ? 10 : 1'000'000);
        if (moment == Moment::kFailed) {
            config.seed = 666;
        }
        switch (moment) {
        case Moment::kEmpty:
            break;
        case Moment::kIdle:
            ASSERT_TRUE(front_end.ask(command::AddRun{kFirst, config, false}).accepted);
            break;
        case Moment::kRunning:
            ASSERT_TRUE(front_end.ask(command::AddRun{kFirst, config, true}).accepted);
            break;
        case Moment::kPaused:
            ASSERT_TRUE(front_end.ask(command::AddRun{kFirst, config, true}).accepted);
            ASSERT_TRUE(front_end.ask(command::Pause{kFirst}).accepted);
            break;
        case Moment::kFinished:
            front_end.send(command::AddRun{kFirst, config, true});
            ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFinished));
            break;
        case Moment::kFailed:
            front_end.send(command::AddRun{kFirst, config, true});
            ASSERT_TRUE(front_end.wait_for_state(kFirst, RunState::kFailed));
            break;
        case Moment::kSlow:
            ASSERT_TRUE(front_end.ask(command::SetSpeed{0.01}).accepted);
            ASSERT_TRUE(front_end.ask(command::AddRun{kFirst, config, true}).accepted);
            break;
        case Moment::kFullRings:
            front_end.send(command::AddRun{kFirst, config, true});
            ASSERT_TRUE(front_end.deadline().wait_for(
                [&] { return front_end.channels().deferred.load() > 100; }));
            break;
        }
        const auto began = std::chrono::steady_clock::now();
        front_end.destroy_trainer();
        EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
        front_end.drain();
        const std::size_t samples = front_end.samples.size();
        front_end.drain();
        EXPECT_EQ(front_end.samples.size(), samples) << "nothing comes after the end";
    }
}

INSTANTIATE_TEST_SUITE_P(Moments, TrainerEnd,
                         testing::Values(Moment::kEmpty, Moment::kIdle, Moment::kRunning,
                                         Moment::kPaused, Moment::kFinished, Moment::kFailed,
                                         Moment::kSlow, Moment::kFullRings));

TEST(Trainer, StartThenPauseAtOnceLeavesItPaused) {
    for (int round = 0; round < 20; ++round) {
        TrainerHarness front_end;
        front_end.send(command::AddRun{kFirst, small_config(), true});
        front_end.send(command::Pause{kFirst});
        front_end.send(command::Pause{kFirst}); // stop twice
        ASSERT_TRUE(front_end.wait_for([&] { return front_end.answered.size() == 3; }));
        EXPECT_TRUE(front_end.answers[3].accepted) << front_end.answers[3].reason;
        EXPECT_EQ(front_end.state_of(kFirst), RunState::kPaused);
    }
}

TEST(Trainer, RunIsRemovedWhileItTrainsAndTheOtherGoesOn) {
    TrainerHarness front_end;
    front_end.send(command::AddRun{kFirst, small_config(1), true});
    front_end.send(command::AddRun{kSecond, small_config(2, 3000), true});
    ASSERT_TRUE(front_end.wait_for([&] { return front_end.samples_of(kFirst).size() > 10; }));
    ASSERT_TRUE(front_end.ask(command::Remove{kFirst}).accepted);
    EXPECT_EQ(front_end.state_of(kFirst), RunState::kRemoved);
    front_end.drain();
    const std::size_t samples = front_end.samples_of(kFirst).size();
    ASSERT_TRUE(front_end.wait_for_state(kSecond, RunState::kFinished));
    EXPECT_EQ(front_end.samples_of(kFirst).size(), samples);
}

} // namespace
} // namespace grokscope
