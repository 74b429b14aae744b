// Recorded weights under their budget.
#include "engine/inspect/weight_memory.h"

#include <gtest/gtest.h>

#include <vector>

namespace grokscope {
namespace {

constexpr RunId kRun{1};
constexpr RunId kOther{2};

std::shared_ptr<const Parameters> some_weights() {
    return std::make_shared<const Parameters>(ModelShape{.p = 5, .d = 32, .heads = 4, .d_mlp = 64});
}

const std::size_t kBytes = some_weights()->flat().size_bytes();

std::vector<int> epochs_in_memory(const WeightMemory& memory, RunId run, int last) {
    std::vector<int> epochs;
    for (int epoch = 0; epoch <= last; epoch += 100) {
        const auto record = memory.at(run, epoch);
        if (record && record->epoch == epoch && record->parameters != nullptr) {
            epochs.push_back(epoch);
        }
    }
    return epochs;
}

TEST(WeightMemory, FindsTheNewestRecordAtOrBeforeAnEpoch) {
    WeightMemory memory;
    EXPECT_FALSE(memory.at(kRun, 1000));
    memory.add(kRun, 0, some_weights());
    memory.add(kRun, 100, some_weights());
    EXPECT_EQ(memory.at(kRun, 0)->epoch, 0);
    EXPECT_EQ(memory.at(kRun, 99)->epoch, 0);
    EXPECT_EQ(memory.at(kRun, 100)->epoch, 100);
    EXPECT_EQ(memory.at(kRun, 5000)->epoch, 100);
    EXPECT_FALSE(memory.at(kRun, -1));
    EXPECT_FALSE(memory.at(kOther, 5000));
}

TEST(WeightMemory, ThinsByTwoBeyondItsBudgetAndKnowsWhatIsGone) {
    WeightMemory memory(8 * kBytes);
    for (int epoch = 0; epoch <= 800; epoch += 100) { // the ninth is one too many
        memory.add(kRun, epoch, some_weights());
    }
    EXPECT_EQ(epochs_in_memory(memory, kRun, 800), (std::vector{0, 200, 400, 600, 800}));
    EXPECT_EQ(memory.at(kRun, 350)->epoch, 300); // recorded, though not here
    EXPECT_EQ(memory.at(kRun, 350)->parameters, nullptr);
    EXPECT_EQ(memory.in_memory_at(kRun, 350)->epoch, 200);
    const WeightMemoryFacts facts = memory.facts();
    EXPECT_EQ(facts.records, 9U);
    EXPECT_EQ(facts.in_memory, 5U);
    EXPECT_EQ(facts.bytes, 5 * kBytes);
    EXPECT_EQ(facts.budget, 8 * kBytes);
}

TEST(WeightMemory, ThinsTheRunThatHoldsMost) {
    WeightMemory memory(6 * kBytes);
    memory.add(kOther, 0, some_weights());
    memory.add(kOther, 100, some_weights());
    for (int epoch = 0; epoch <= 400; epoch += 100) {
        memory.add(kRun, epoch, some_weights());
    }
    EXPECT_EQ(epochs_in_memory(memory, kOther, 400), (std::vector{0, 100}));
    EXPECT_EQ(epochs_in_memory(memory, kRun, 400), (std::vector{0, 200, 400}));
}

TEST(WeightMemory, SparesWhatWasJustReadBack) {
    WeightMemory memory(4 * kBytes);
    for (int epoch = 0; epoch <= 400; epoch += 100) {
        memory.add(kRun, epoch, some_weights());
    }
    ASSERT_EQ(epochs_in_memory(memory, kRun, 400), (std::vector{0, 200, 400}));
    memory.add(kRun, 100, some_weights());
    memory.add(kRun, 300, some_weights()); // one too many again
    EXPECT_NE(memory.at(kRun, 300)->parameters, nullptr);
    EXPECT_LE(memory.facts().bytes, 4 * kBytes);
}

TEST(WeightMemory, KeepsAFewRecordsHoweverSmallTheBudget) {
    WeightMemory memory(1);
    for (int epoch = 0; epoch <= 1000; epoch += 100) {
        memory.add(kRun, epoch, some_weights());
    }
    EXPECT_NE(memory.at(kRun, 0)->parameters, nullptr);
    EXPECT_NE(memory.at(kRun, 1000)->parameters, nullptr);
    EXPECT_LE(memory.facts().in_memory, 3U);
}

TEST(WeightMemory, ForgetsARunAndNotesWhatTheNotebookHolds) {
    WeightMemory memory;
    memory.note(kRun, 200);
    memory.add(kRun, 100, some_weights());
    EXPECT_EQ(memory.at(kRun, 300)->epoch, 200);
    EXPECT_EQ(memory.at(kRun, 300)->parameters, nullptr);
    memory.note(kRun, 100); // does not lose what is there
    EXPECT_NE(memory.at(kRun, 100)->parameters, nullptr);
    memory.forget(kRun);
    EXPECT_FALSE(memory.at(kRun, 300));
    EXPECT_EQ(memory.facts().bytes, 0U);
}

TEST(WeightMemory, ARecordOfTheSameEpochIsReplaced) {
    WeightMemory memory;
    memory.add(kRun, 100, some_weights());
    const auto newer = some_weights();
    memory.add(kRun, 100, newer);
    EXPECT_EQ(memory.at(kRun, 100)->parameters, newer);
    EXPECT_EQ(memory.facts().bytes, kBytes);
}

} // namespace
} // namespace grokscope
