// Every command in every state: what is done, what is refused, and that each is answered.
#include "engine/train/stored_run.h"
#include "tests/train/trainer_harness.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <stdexcept>
#include <string>

namespace grokscope {
namespace {

using test::fake_parts;
using test::FakeScript;
using test::small_config;
using test::TrainerHarness;

constexpr RunId kRun{1};
constexpr RunId kOther{2};

/// Brings a run with at most three epochs into the state.
void bring_into(TrainerHarness& front_end, RunState state) {
    RunConfig config = small_config(1, state == RunState::kFinished ? 3 : 1'000'000);
    if (state == RunState::kFailed) {
        config.seed = 666; // the script below throws for it
    }
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, config, false}).accepted);
    switch (state) {
    case RunState::kIdle:
        break;
    case RunState::kRunning:
        ASSERT_TRUE(front_end.ask(command::Start{kRun}).accepted);
        break;
    case RunState::kPaused:
        ASSERT_TRUE(front_end.ask(command::Start{kRun}).accepted);
        ASSERT_TRUE(front_end.ask(command::Pause{kRun}).accepted);
        break;
    case RunState::kFinished:
    case RunState::kFailed:
        ASSERT_TRUE(front_end.ask(command::Start{kRun}).accepted);
        break;
    case RunState::kRemoved:
        ASSERT_TRUE(front_end.ask(command::Remove{kRun}).accepted);
        break;
    }
    ASSERT_TRUE(front_end.wait_for_state(kRun, state));
}

FakeScript throws_for_seed_666() {
    FakeScript script;
    script.on_epoch = [](const RunConfig& config, std::int32_t epoch) {
        if (config.seed == 666 && epoch == 2) {
            throw std::runtime_error("the step broke");
        }
    };
    return script;
}

/// A command, the state it meets, and what must come of it.
struct Case {
    const char* name;
    CommandBody body;
    RunState before;
    bool accepted;
    RunState after;
};

void PrintTo(const Case& one, std::ostream* out) {
    *out << one.name << " when " << name_of(one.before);
}

class TrainerCommand : public testing::TestWithParam<Case> {};

TEST_P(TrainerCommand, IsAnsweredAndHasItsEffect) {
    const Case& expected = GetParam();
    TrainerHarness front_end(fake_parts(throws_for_seed_666()));
    bring_into(front_end, expected.before);
    const Acknowledgement answer = front_end.ask(expected.body);
    EXPECT_EQ(answer.accepted, expected.accepted) << answer.reason;
    EXPECT_EQ(answer.reason.empty(), expected.accepted) << "a refusal gives its reason";
    EXPECT_TRUE(front_end.wait_for_state(kRun, expected.after));
}

std::vector<Case> every_command_in_every_state() {
    using enum RunState;
    const CommandBody start = command::Start{kRun};
    const CommandBody pause = command::Pause{kRun};
    const CommandBody step = command::StepEpochs{kRun, 2};
    const CommandBody no_step = command::StepEpochs{kRun, 0};
    const CommandBody reset = command::Reset{kRun};
    const CommandBody remove = command::Remove{kRun};
    const CommandBody start_all = command::StartAll{};
    const CommandBody pause_all = command::PauseAll{};
    const CommandBody speed = command::SetSpeed{1000};
    const CommandBody bad_speed = command::SetSpeed{-1};
    std::vector<Case> cases;
    for (const RunState state : {kIdle, kRunning, kPaused}) {
        cases.push_back({"start", start, state, true, kRunning});
        cases.push_back({"step", step, state, true, kPaused});
        cases.push_back({"start all", start_all, state, true, kRunning});
    }
    for (const RunState state : {kFinished, kFailed, kRemoved}) {
        cases.push_back({"start", start, state, false, state});
        cases.push_back({"pause", pause, state, false, state});
        cases.push_back({"step", step, state, false, state});
        cases.push_back({"start all", start_all, state, false, state});
    }
    cases.push_back({"pause", pause, kIdle, false, kIdle});
    cases.push_back({"pause", pause, kRunning, true, kPaused});
    cases.push_back({"pause", pause, kPaused, true, kPaused});
    for (const RunState state : {kIdle, kRunning, kPaused, kFinished, kFailed, kRemoved}) {
        cases.push_back({"step by 0", no_step, state, false, state});
        cases.push_back({"pause all", pause_all, state, true, state == kRunning ? kPaused : state});
        cases.push_back({"speed", speed, state, true, state});
        cases.push_back({"speed below 0", bad_speed, state, false, state});
        const bool exists = state != kRemoved;
        cases.push_back({"reset", reset, state, exists, exists ? kIdle : kRemoved});
        cases.push_back({"remove", remove, state, exists, kRemoved});
        cases.push_back({"add with a used number", command::AddRun{kRun, small_config(), true},
                         state, false, state});
    }
    return cases;
}

INSTANTIATE_TEST_SUITE_P(InEveryState, TrainerCommand,
                         testing::ValuesIn(every_command_in_every_state()));

TEST(Trainer, AnswersEveryCommandOnceAndInOrder) {
    TrainerHarness front_end;
    const std::vector<CommandBody> all = {command::AddRun{kRun, small_config(), true},
                                          command::Start{kRun},
                                          command::Pause{kRun},
                                          command::Start{kOther},
                                          command::StepEpochs{kRun, 3},
                                          command::StartAll{},
                                          command::PauseAll{},
                                          command::SetSpeed{50},
                                          command::SetWorkers{1},
                                          command::Reset{kRun},
                                          command::Remove{kRun},
                                          command::Remove{kRun}};
    std::vector<std::uint64_t> numbers;
    for (const CommandBody& body : all) {
        numbers.push_back(front_end.send(body));
    }
    ASSERT_TRUE(front_end.wait_for([&] { return front_end.answered.size() >= all.size(); }));
    EXPECT_EQ(front_end.answered, numbers);
}

TEST(Trainer, RefusesAnInvalidConfigurationWithAllItsMistakes) {
    TrainerHarness front_end;
    RunConfig config = small_config();
    config.p = 4;
    config.learning_rate = -1;
    const Acknowledgement answer = front_end.ask(command::AddRun{kRun, config, true});
    EXPECT_FALSE(answer.accepted);
    EXPECT_NE(answer.reason.find("--p"), std::string::npos) << answer.reason;
    EXPECT_NE(answer.reason.find("--lr"), std::string::npos) << answer.reason;
    EXPECT_TRUE(front_end.added.empty());
    EXPECT_TRUE(front_end.ask(command::AddRun{kRun, small_config(), false}).accepted)
        << "a refused number stays free";
}

TEST(Trainer, NamesTheRunItDoesNotKnow) {
    TrainerHarness front_end;
    const Acknowledgement answer = front_end.ask(command::Start{RunId{42}});
    EXPECT_FALSE(answer.accepted);
    EXPECT_NE(answer.reason.find("42"), std::string::npos) << answer.reason;
}

TEST(Trainer, AnnouncesARunWithItsConfigurationAndItsStep) {
    TrainerHarness front_end;
    RunConfig config = small_config(17);
    config.stencil = Stencil::of({-1, 1});
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, config, false}).accepted);
    ASSERT_EQ(front_end.added.size(), 1U);
    EXPECT_EQ(front_end.added[0].run, kRun);
    EXPECT_EQ(front_end.added[0].config, config);
    EXPECT_EQ(front_end.added[0].step_description, "fake");
    ASSERT_EQ(front_end.changes.size(), 1U);
    EXPECT_EQ(front_end.changes[0].state, RunState::kIdle);
}

TEST(Trainer, StepsExactlyAsManyEpochsAsAsked) {
    TrainerHarness front_end;
    RunConfig config = small_config();
    config.eval_every = 1;
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, config, false}).accepted);
    for (const std::int32_t epochs : {1, 5}) {
        const std::size_t before = front_end.samples.size();
        ASSERT_TRUE(front_end.ask(command::StepEpochs{kRun, epochs}).accepted);
        ASSERT_TRUE(front_end.wait_for_state(kRun, RunState::kPaused));
        front_end.drain();
        EXPECT_EQ(front_end.samples.size() - before, static_cast<std::size_t>(epochs));
    }
    EXPECT_EQ(front_end.changes.back().epoch, 6);
}

TEST(Trainer, ResetBeginsTheSameRecordAnew) {
    TrainerHarness front_end;
    RunConfig config = small_config(3, 40);
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, config, true}).accepted);
    ASSERT_TRUE(front_end.wait_for_state(kRun, RunState::kFinished));
    front_end.drain();
    const std::vector<MetricSample> first = front_end.samples_of(kRun);
    ASSERT_EQ(first.size(), 4U);
    front_end.samples.clear();
    ASSERT_TRUE(front_end.ask(command::Reset{kRun}).accepted);
    EXPECT_EQ(front_end.resets, std::vector<RunId>{kRun});
    EXPECT_EQ(first.back().life, 0U);
    EXPECT_EQ(front_end.changes.back().epoch, 0);
    ASSERT_TRUE(front_end.ask(command::Start{kRun}).accepted);
    ASSERT_TRUE(front_end.wait_for_state(kRun, RunState::kFinished));
    front_end.drain();
    const std::vector<MetricSample> second = front_end.samples_of(kRun);
    ASSERT_EQ(second.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(second[i].life, 1U);
        EXPECT_EQ(first[i].epoch, second[i].epoch);
        EXPECT_EQ(first[i].train_loss, second[i].train_loss);
    }
}

TEST(Trainer, RefusesToTrainPastThePlannedEpochs) {
    TrainerHarness front_end;
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, small_config(1, 7), true}).accepted);
    ASSERT_TRUE(front_end.wait_for_state(kRun, RunState::kFinished));
    EXPECT_EQ(front_end.changes.back().epoch, 7);
    EXPECT_NE(front_end.changes.back().text.find("7 epochs"), std::string::npos);
    for (const CommandBody& body :
         {CommandBody(command::Start{kRun}), CommandBody(command::StepEpochs{kRun, 1})}) {
        const Acknowledgement answer = front_end.ask(body);
        EXPECT_FALSE(answer.accepted);
        EXPECT_NE(answer.reason.find("7 epochs"), std::string::npos) << answer.reason;
        EXPECT_NE(answer.reason.find("reset"), std::string::npos) << answer.reason;
    }
}

TEST(Trainer, RefusesSpeedsThatMakeNoSense) {
    TrainerHarness front_end;
    for (const double speed : {-1.0, 1e-9, 1e9, std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::infinity()}) {
        EXPECT_FALSE(front_end.ask(command::SetSpeed{speed}).accepted) << speed;
    }
    EXPECT_TRUE(front_end.ask(command::SetSpeed{0}).accepted);
}

TEST(Trainer, SetsTheNumberOfThreadsThatTrainAndSaysSo) {
    TrainerHarness front_end(fake_parts(), {}, {}, 3);
    for (const int count : {-1, 4, 1000}) {
        const Acknowledgement answer = front_end.ask(command::SetWorkers{count});
        EXPECT_FALSE(answer.accepted) << count;
        EXPECT_NE(answer.reason.find("between 1 and 3"), std::string::npos) << answer.reason;
        EXPECT_NE(answer.reason.find(std::to_string(count)), std::string::npos) << answer.reason;
    }
    EXPECT_TRUE(front_end.workers_set.empty());
    int told = 0;
    for (const auto& [count, working] : {std::pair{2, 2}, {1, 1}, {1, 1}, {0, 3}, {3, 3}}) {
        ASSERT_TRUE(front_end.ask(command::SetWorkers{count}).accepted);
        ASSERT_EQ(front_end.workers_set.size(), static_cast<std::size_t>(++told));
        EXPECT_EQ(front_end.workers_set.back().working, working);
        EXPECT_EQ(front_end.workers_set.back().available, 3);
    }
}

TEST(Trainer, KeepsTheSpeedLimitAndDropsItAtOnce) {
    TrainerHarness front_end;
    RunConfig config = small_config();
    config.eval_every = 1;
    ASSERT_TRUE(front_end.ask(command::SetSpeed{100}).accepted);
    const auto began = std::chrono::steady_clock::now(); // before its first epoch can be
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, config, true}).accepted);
    ASSERT_TRUE(front_end.wait_for([&] { return front_end.samples.size() >= 31; }));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    EXPECT_GE(took.count(), 0.29) << "30 intervals of 10 ms";
    // At 0.01 epochs a second the next epoch is 100 s away: only a limit that is dropped at once
    // lets the following ones arrive.
    ASSERT_TRUE(front_end.ask(command::SetSpeed{0.01}).accepted);
    ASSERT_TRUE(front_end.ask(command::SetSpeed{0}).accepted);
    const std::size_t before = front_end.samples.size();
    EXPECT_TRUE(front_end.wait_for([&] { return front_end.samples.size() >= before + 1000; }));
}

TEST(Trainer, ObeysWhileTheSpeedLimitMakesItWait) {
    TrainerHarness front_end;
    ASSERT_TRUE(front_end.ask(command::SetSpeed{0.01}).accepted);
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, small_config(), true}).accepted);
    ASSERT_TRUE(front_end.wait_for([&] { return !front_end.samples.empty(); }));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(front_end.ask(command::Pause{kRun}).accepted);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

/// A run left at epoch 5, computed at `workplace`.
std::shared_ptr<const StoredRun> left_at(const Workplace& workplace) {
    StoredRun stored{.config = small_config(),
                     .state = fake_parts().make_initial_state(small_config()),
                     .metrics = {},
                     .snapshots = {},
                     .progress = {}};
    stored.state.epoch = 5;
    stored.workplaces = {{0, {"0.9", "another", "b, s, cpu"}}, {3, workplace}};
    return std::make_shared<const StoredRun>(std::move(stored));
}

TEST(Trainer, SaysOnceThatARunGoesOnElsewhereAndWhenItTrains) {
    const Workplace here{"1.0", "", "a, Linux 6, Some CPU, BLAS X"};
    struct Left {
        Workplace place;
        const char* words; ///< null: nothing is said
    };
    const Left cases[] = {
        {{"1.0", "fake", "b, Linux 5, Some CPU, BLAS X"}, nullptr},
        {{"1.0", "fake, 7 threads", "a, Linux 6, Some CPU, BLAS X"}, nullptr},
        {{"1.0", "slow", "a, Linux 6, Some CPU, BLAS X"}, "fake instead of slow"},
        {{"1.0", "fake", "a, Linux 6, Old CPU, BLAS X"},
         "Some CPU, BLAS X instead of Old CPU, BLAS X"},
        {{"0.9", "slow", ""}, "version 1.0, fake instead of version 0.9, slow"},
    };
    for (const Left& test : cases) {
        TrainerHarness front_end(fake_parts(), {}, {}, 1, here);
        EXPECT_TRUE(front_end.ask(command::ResumeRun{kRun, left_at(test.place), false}).accepted);
        EXPECT_TRUE(front_end.moves.empty()) << "it is only looked at";
        for (int time = 0; time < 2; ++time) {
            EXPECT_TRUE(front_end.ask(command::StepEpochs{kRun, 1}).accepted);
            EXPECT_TRUE(front_end.wait_for_state(kRun, RunState::kPaused));
        }
        ASSERT_EQ(front_end.moves.size(), test.words == nullptr ? 0U : 1U) << test.place.step;
        if (test.words != nullptr) {
            EXPECT_EQ(in_words(front_end.moves[0]),
                      std::string("resumed with ") + test.words +
                          " from epoch 5: figures from here may differ in the last bits");
        }
    }
}

} // namespace
} // namespace grokscope
