// When weights are recorded, and when exactly.
#include "engine/train/weight_cadence.h"

#include <gtest/gtest.h>

namespace grokscope {
namespace {

using Moment = Recorder::Moment;

class WeightCadenceTest : public testing::Test {
protected:
    void begin() { cadence.observe(event::StateChanged{run, RunState::kRunning, 0, {}}); }
    void mark(MarkKind kind, std::int32_t epoch) { cadence.observe(event::Mark{run, kind, epoch}); }
    std::optional<WeightPrecision> trained(std::int32_t epoch) {
        return cadence.due(run, epoch, Moment::kTrained);
    }

    const RunId run{7};
    WeightCadence cadence{WeightCadence::Rule::kOfRun};
};

using Cadence = WeightCadenceTest;

TEST_F(Cadence, EveryHundredEpochsRoundedAndExactlyAtTheStart) {
    EXPECT_EQ(cadence.due(run, 0, Moment::kMade), WeightPrecision::kExact);
    begin();
    EXPECT_EQ(trained(99), std::nullopt);
    EXPECT_EQ(trained(100), WeightPrecision::kRounded);
    EXPECT_EQ(trained(101), std::nullopt);
    EXPECT_EQ(cadence.due(run, 200, Moment::kResting), std::nullopt);
}

TEST_F(Cadence, ARunSaysHowOftenAndHowExactly) {
    RunConfig config;
    config.weights_every = 30;
    cadence.observe(event::RunAdded{run, config, {}});
    begin();
    EXPECT_EQ(trained(100), std::nullopt);
    EXPECT_EQ(trained(120), WeightPrecision::kRounded);
    config.exact_weights = true;
    cadence.observe(event::RunAdded{run, config, {}});
    EXPECT_EQ(trained(150), WeightPrecision::kExact);
    mark(MarkKind::kLostAgain, 160);
    mark(MarkKind::kLostAgain, 170);
    EXPECT_EQ(trained(171), WeightPrecision::kExact) << "a mark of a kind it had before, too";
    EXPECT_EQ(trained(172), std::nullopt);
    EXPECT_EQ(cadence.due(RunId{8}, 100, Moment::kTrained), WeightPrecision::kRounded)
        << "another run";
}

TEST_F(Cadence, ABudgetOfBytesThinsButNotWhatWasAskedFor) {
    RunConfig config;
    config.weights_budget = 10; // MB: 55 of the default model's records
    config.measure.set("ildr", 700);
    cadence.observe(event::RunAdded{run, config, {}});
    EXPECT_EQ(cadence.due(run, 0, Moment::kMade), WeightPrecision::kExact);
    begin();
    EXPECT_EQ(trained(100), std::nullopt);
    EXPECT_EQ(trained(400), std::nullopt) << recorded_weights_every(config);
    EXPECT_EQ(trained(700), WeightPrecision::kRounded) << "an instrument is due";
    EXPECT_EQ(trained(800), WeightPrecision::kRounded);
    mark(MarkKind::kGrokked, 900);
    EXPECT_EQ(trained(901), WeightPrecision::kExact);
}

TEST_F(Cadence, WhereAnInstrumentIsDueItsWeightsAreRecorded) {
    RunConfig config;
    config.measure.set("ildr", 30);          // rounded ones will do
    config.measure.set("commutator", 70);    // needs exact ones
    config.measure.set("of_a_later_one", 7); // nothing measures it
    cadence.observe(event::RunAdded{run, config, {}});
    begin();
    EXPECT_EQ(trained(7), std::nullopt);
    EXPECT_EQ(trained(60), WeightPrecision::kRounded);
    EXPECT_EQ(trained(70), WeightPrecision::kExact);
    EXPECT_EQ(trained(100), WeightPrecision::kRounded) << "those of every hundred epochs, too";
    EXPECT_EQ(trained(210), WeightPrecision::kExact) << "both are due";
    EXPECT_EQ(cadence.due(run, 140, Moment::kResting), std::nullopt);
    MeasurePlan other;
    other.set("commutator", 50);
    cadence.observe(event::MeasuresSet{run, other});
    EXPECT_EQ(trained(270), std::nullopt);
    EXPECT_EQ(trained(300), WeightPrecision::kExact);
}

TEST_F(Cadence, WhoKeepsWeightsInMemoryHasAnIntervalOfHisOwn) {
    WeightCadence memory(WeightCadence::Rule::kMemory);
    RunConfig config;
    config.weights_every = 1;
    config.exact_weights = true;
    memory.observe(event::RunAdded{run, config, {}});
    EXPECT_EQ(memory.due(run, 99, Moment::kTrained), std::nullopt);
    EXPECT_EQ(memory.due(run, 100, Moment::kTrained), WeightPrecision::kRounded);
}

TEST_F(Cadence, TheFirstMarkOfItsKindIsExactFurtherOnesAreRounded) {
    begin();
    mark(MarkKind::kGrokked, 40);
    EXPECT_EQ(trained(41), WeightPrecision::kExact);
    EXPECT_EQ(trained(42), std::nullopt) << "once";
    mark(MarkKind::kLostAgain, 50);
    EXPECT_EQ(trained(51), WeightPrecision::kExact);
    mark(MarkKind::kLostAgain, 70);
    EXPECT_EQ(trained(71), WeightPrecision::kRounded);
    mark(MarkKind::kLostAgain, 80);
    mark(MarkKind::kStable, 80);
    EXPECT_EQ(trained(81), WeightPrecision::kExact) << "one of both is new";
}

TEST_F(Cadence, MarksOfARecordThatIsTakenUpAreOldOnes) {
    mark(MarkKind::kLostAgain, 50);
    begin();
    EXPECT_EQ(trained(61), std::nullopt);
    mark(MarkKind::kLostAgain, 70);
    EXPECT_EQ(trained(71), WeightPrecision::kRounded);
}

TEST_F(Cadence, AResetBeginsAnew) {
    begin();
    mark(MarkKind::kGrokked, 40);
    cadence.observe(event::RunReset{run, 1});
    EXPECT_EQ(cadence.due(run, 0, Moment::kMade), WeightPrecision::kExact);
    EXPECT_EQ(trained(1), std::nullopt) << "what was to come belongs to the life before";
    mark(MarkKind::kGrokked, 40);
    EXPECT_EQ(trained(41), WeightPrecision::kExact);
}

} // namespace
} // namespace grokscope
