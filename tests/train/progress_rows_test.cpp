// Rows of progress measures through the trainer: their cadence, their marks, nothing lost.
#include "tests/train/trainer_harness.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {
namespace {

using test::fake_parts;
using test::FakeScript;
using test::small_config;
using test::TrainerHarness;

constexpr RunId kRun{1};

/// Parts whose instrument numbers its rows in `dead_neurons` and writes down the weights it saw.
EngineParts parts_with_rows(FakeScript script = {},
                            std::function<void(int number, ProgressRow&)> fill = {}) {
    EngineParts parts = fake_parts(std::move(script));
    parts.make_progress = [fill](const RunConfig& config, const Task& task, WorkerPool&,
                                 std::span<const int>) {
        EXPECT_EQ(task.p, config.p);
        return [fill, number = 0](const Parameters& parameters, Step& step) mutable {
            ProgressRow row;
            row.dead_neurons = number;
            row.total_sum_squares = sum_squares(parameters.flat());
            EXPECT_EQ(step.description(), "fake");
            if (fill) {
                fill(number, row);
            }
            ++number;
            return row;
        };
    };
    return parts;
}

std::vector<int> epochs_of(const std::vector<ProgressRow>& rows) {
    std::vector<int> epochs;
    for (const ProgressRow& row : rows) {
        EXPECT_EQ(row.run, kRun);
        epochs.push_back(row.epoch);
    }
    return epochs;
}

void train_to_the_end(TrainerHarness& front_end, const RunConfig& config) {
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, config, true}).accepted);
    ASSERT_TRUE(front_end.wait_for_state(kRun, RunState::kFinished));
    front_end.drain();
}

TEST(ProgressRows, ComeAtTheirCadenceFromEpochZeroAndOnceMoreAtTheEnd) {
    TrainerHarness front_end(parts_with_rows());
    RunConfig config = small_config(1, 130);
    config.progress_every = 50;
    train_to_the_end(front_end, config);
    EXPECT_EQ(epochs_of(front_end.progress), (std::vector{0, 50, 100, 130}));
    for (std::size_t i = 0; i < front_end.progress.size(); ++i) {
        EXPECT_EQ(front_end.progress[i].dead_neurons, static_cast<int>(i));
    }
}

TEST(ProgressRows, ComeOnceWhenTheEndIsDueAnyway) {
    TrainerHarness front_end(parts_with_rows());
    train_to_the_end(front_end, small_config(1, 100));
    EXPECT_EQ(epochs_of(front_end.progress), (std::vector{0, 50, 100}));
}

TEST(ProgressRows, AreOfTheWeightsThatEnterTheirEpoch) {
    TrainerHarness front_end(parts_with_rows());
    RunConfig config = small_config(1, 41);
    config.progress_every = 10;
    train_to_the_end(front_end, config);
    ASSERT_EQ(epochs_of(front_end.progress), (std::vector{0, 10, 20, 30, 40, 41}));
    // A sample tells of theta_{e+1}: the last one of theta_41, and none of theta_40.
    EXPECT_EQ(front_end.progress.back().total_sum_squares,
              front_end.samples.back().weight_sum_squares);
    EXPECT_NE(front_end.progress[4].total_sum_squares, front_end.samples.back().weight_sum_squares);
}

TEST(ProgressRows, AreOffAtAnIntervalOfZeroOrWithoutAnInstrument) {
    TrainerHarness off(parts_with_rows());
    RunConfig config = small_config(1, 100);
    config.progress_every = 0;
    train_to_the_end(off, config);
    EXPECT_TRUE(off.progress.empty());

    TrainerHarness without(fake_parts());
    train_to_the_end(without, small_config(1, 100));
    EXPECT_TRUE(without.progress.empty());
}

TEST(ProgressRows, LeaveTheTrainingAsItIs) {
    TrainerHarness with(parts_with_rows());
    TrainerHarness without(fake_parts());
    train_to_the_end(with, small_config(1, 200));
    train_to_the_end(without, small_config(1, 200));
    ASSERT_EQ(with.samples.size(), without.samples.size());
    for (std::size_t i = 0; i < with.samples.size(); ++i) {
        EXPECT_EQ(with.samples[i].train_loss, without.samples[i].train_loss);
    }
}

TEST(ProgressRows, AllReachAReaderThatStallsAtARingOfOneSlot) {
    ChannelSizes tiny;
    tiny.progress = 1;
    TrainerHarness front_end(parts_with_rows(), tiny);
    RunConfig config = small_config(1, 500);
    config.progress_every = 1;
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, config, true}).accepted);
    ASSERT_TRUE(front_end.wait_for([&] { return front_end.progress.size() == 501; }));
    for (int epoch = 0; epoch <= 500; ++epoch) {
        EXPECT_EQ(front_end.progress[static_cast<std::size_t>(epoch)].epoch, epoch);
    }
    EXPECT_GT(front_end.channels().deferred.load(), 0U);
}

TEST(ProgressRows, StartAnewAfterAReset) {
    TrainerHarness front_end(parts_with_rows());
    train_to_the_end(front_end, small_config(1, 60));
    ASSERT_TRUE(front_end.ask(command::Reset{kRun}).accepted);
    ASSERT_TRUE(front_end.ask(command::Start{kRun}).accepted);
    ASSERT_TRUE(front_end.wait_for([&] { return front_end.progress.size() == 6; }));
    EXPECT_EQ(epochs_of(front_end.progress), (std::vector{0, 50, 60, 0, 50, 60}));
    EXPECT_EQ(front_end.progress[3].dead_neurons, 0); // another instrument
}

TEST(ProgressRows, CauseTheEstimatedMarkWhenExcludedLossRises) {
    FakeScript script;
    script.train_accuracy = [](const RunConfig&, int epoch) { return epoch < 100 ? 0.5 : 1.0; };
    script.test_accuracy = [](const RunConfig&, int) { return 0.1; };
    script.test_loss = [](const RunConfig&, int) { return 20.0; };
    TrainerHarness front_end(parts_with_rows(std::move(script), [](int number, ProgressRow& row) {
        row.excluded_loss = number < 6 ? 2.0 : 2.0 + number;
    }));
    train_to_the_end(front_end, small_config(1, 500));
    ASSERT_EQ(front_end.progress.size(), 11U);
    std::vector<event::Mark> forming;
    for (const event::Mark& mark : front_end.marks) {
        if (mark.kind == MarkKind::kCircuitFormation) {
            forming.push_back(mark);
        }
    }
    ASSERT_EQ(forming.size(), 1U);
    EXPECT_EQ(forming[0].run, kRun);
    EXPECT_EQ(forming[0].epoch, 300);
}

TEST(ProgressRows, ThatCannotBeComputedFailTheRunWithTheReason) {
    TrainerHarness front_end(parts_with_rows({}, [](int number, ProgressRow&) {
        if (number == 2) {
            throw std::runtime_error("the lens is broken");
        }
    }));
    ASSERT_TRUE(front_end.ask(command::AddRun{kRun, small_config(1, 500), true}).accepted);
    ASSERT_TRUE(front_end.wait_for_state(kRun, RunState::kFailed));
    EXPECT_EQ(front_end.changes.back().text, "the lens is broken");
    EXPECT_EQ(front_end.changes.back().epoch, 100);
    EXPECT_EQ(epochs_of(front_end.progress), (std::vector{0, 50}));
}

} // namespace
} // namespace grokscope
