// Questions that take seconds: valleys, paths and phases, on the inspector's thread.
#include "engine/analysis/neuron_phases.h"
#include "engine/analysis/valley.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/inspector.h"
#include "engine/inspect/study.h"
#include "engine/task/task.h"
#include "engine/train/recorder.h"
#include "tests/inspect/naive_ablation.h"
#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {
namespace {

constexpr RunId kRun{4};

RunConfig small_config() {
    RunConfig config;
    config.p = 7;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    return config;
}

TrainingState state_at(std::int32_t epoch) {
    TrainingState state(ModelShape::of(small_config()));
    state.parameters = test::random_parameters(ModelShape::of(small_config()), 1);
    state.epoch = epoch;
    for (float& value : state.parameters.flat()) {
        value *= 1 + 0.001F * static_cast<float>(epoch);
    }
    return state;
}

/// The front end and the trainer, both played by the test's thread.
class Harness {
public:
    explicit Harness(InspectorOptions options = {}) : inspector_(channels, std::move(options)) {
        recorder().record(Event(event::RunAdded{kRun, small_config(), "made up"}));
        recorder().between_epochs(kRun, state_at(0), 0, Recorder::Moment::kMade);
        for (std::int32_t epoch = 1; epoch <= 300; ++epoch) {
            recorder().between_epochs(kRun, state_at(epoch), 0, Recorder::Moment::kTrained);
        }
    }
    Recorder& recorder() { return inspector_.recorder(); }

    void ask(StudyKind kind, std::vector<StudySubject> subjects) {
        channels.ask(StudyQuery{++number_, kind, std::move(subjects)});
    }
    /// Waits for the whole answer to the newest question.
    StudyReply wait() {
        EXPECT_TRUE(deadline_.wait_for([&] {
            return channels.study_reply.refresh() &&
                   channels.study_reply.value().query.number == number_ &&
                   channels.study_reply.value().complete();
        })) << "no answer came";
        return channels.study_reply.value();
    }

    InspectChannels channels;
    test::Deadline deadline_{std::chrono::seconds(120)};

private:
    std::uint64_t number_ = 0;
    Inspector inspector_; // last: gone before the channels
};

TEST(Study, AValleyIsThatOfTheNewestWeightsByThen) {
    Harness harness;
    harness.ask(StudyKind::kValley, {{kRun, 250}, {kRun, 99}});
    const StudyReply reply = harness.wait();
    ASSERT_EQ(reply.answers.size(), 2U);
    for (const auto& [answer, used] :
         {std::pair{reply.answers[0], 200}, std::pair{reply.answers[1], 0}}) {
        EXPECT_EQ(answer->problem, "");
        EXPECT_EQ(answer->epoch, used);
        EXPECT_TRUE(answer->exact);
        WorkerPool pool(2);
        const Valley valley = find_valley(
            small_config(), make_task(small_config()), state_at(used).parameters, kValleyRandoms,
            small_config().seed + static_cast<std::uint32_t>(used), pool);
        EXPECT_EQ(answer->valley.eigenvalue, valley.eigenvalue) << "as the command line has it";
        ASSERT_EQ(answer->valley.lines.size(), 3U);
        EXPECT_EQ(answer->valley.lines[2].test, valley.lines[2].test);
    }
}

TEST(Study, APathHasAllRecordsUpToItsEpoch) {
    Harness harness;
    harness.ask(StudyKind::kPath, {{kRun, 299}, {kRun, 50}, {RunId{9}, 10}});
    const StudyReply reply = harness.wait();
    const StudyAnswer& path = *reply.answers[0];
    ASSERT_EQ(path.path.points.size(), 3U);
    EXPECT_EQ(path.epoch, 200);
    EXPECT_NEAR(path.path.shares[0], 1, 1e-6) << "made-up weights grow along one direction";
    EXPECT_NEAR(path.path.points[1].coordinates[0], 0, 1e-6);
    EXPECT_EQ(reply.answers[1]->problem,
              "a path needs weights of two epochs, and of this run there are those of 1 so far");
    EXPECT_EQ(reply.answers[2]->problem, "there is no run 9; it may have been removed");
}

TEST(Study, PhasesAreThoseTheInstrumentReads) {
    Harness harness;
    harness.ask(StudyKind::kPhases, {{kRun, 100}});
    const StudyReply reply = harness.wait();
    WorkerPool pool(1);
    const auto expected = NeuronReader(small_config(), pool).read(state_at(100).parameters).phases;
    ASSERT_EQ(reply.answers[0]->phases.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(reply.answers[0]->phases[i].neuron, expected[i].neuron);
        EXPECT_EQ(reply.answers[0]->phases[i].output, expected[i].output);
    }
}

TEST(Study, OtherQuestionsAreAnsweredMeanwhileAndANewerOneEndsTheWork) {
    Harness harness;
    harness.ask(StudyKind::kValley, std::vector<StudySubject>(400, {kRun, 100}));
    InspectQuery query;
    query.number = 1;
    query.run = kRun;
    query.epoch = 100;
    harness.channels.ask(query);
    ASSERT_TRUE(harness.deadline_.wait_for([&] { return harness.channels.reply.refresh(); }));
    (void)harness.channels.study_reply.refresh();
    EXPECT_LT(harness.channels.study_reply.value().answers.size(), 400U);
    harness.ask(StudyKind::kPath, {{kRun, 300}});
    EXPECT_EQ(harness.wait().answers[0]->path.points.size(), 4U);
}

TEST(Study, APathIsThinnedEvenlyAndKeepsItsEnds) {
    std::vector<std::int32_t> epochs;
    for (std::int32_t epoch = 0; epoch < 1000; ++epoch) {
        epochs.push_back(epoch);
    }
    const StudyAnswer answer = study_path(
        epochs,
        [](std::int32_t epoch) {
            Parameters weights(ModelShape{.p = 3, .d = 8, .heads = 1, .d_mlp = 8});
            weights.flat()[0] = static_cast<float>(epoch);
            return RecordedWeights{epoch, std::make_shared<const Parameters>(weights),
                                   epoch != 500};
        },
        [] {});
    ASSERT_EQ(answer.path.points.size(), kMostPathRecords);
    EXPECT_EQ(answer.path.points.front().epoch, 0);
    EXPECT_EQ(answer.path.points.back().epoch, 999);
    for (std::size_t i = 1; i < answer.path.points.size(); ++i) {
        const auto step = answer.path.points[i].epoch - answer.path.points[i - 1].epoch;
        EXPECT_TRUE(step == 3 || step == 4) << step;
    }
}

TEST(Study, WhatCannotBeReadIsLeftOutOfAPathAndRoundedOnesAreSaid) {
    const auto at = [](std::int32_t epoch) {
        Parameters weights(ModelShape{.p = 3, .d = 8, .heads = 1, .d_mlp = 8});
        weights.flat()[0] = static_cast<float>(epoch);
        return RecordedWeights{epoch,
                               epoch == 20 ? nullptr : std::make_shared<const Parameters>(weights),
                               epoch != 10};
    };
    const StudyAnswer answer = study_path({0, 10, 20, 30}, at, [] {});
    EXPECT_EQ(answer.path.points.size(), 3U);
    EXPECT_FALSE(answer.exact);
    EXPECT_TRUE(study_path({0, 30}, at, [] {}).exact);
}

TEST(Study, ValleysAreReadOfOneKindOfModelAlone) {
    RunConfig config = small_config();
    config.layers = 2;
    WorkerPool pool(1);
    const StudyAnswer answer = study_weights(
        StudyKind::kValley, config,
        {3, std::make_shared<const Parameters>(test::random_parameters(ModelShape::of(config), 1))},
        pool, [] {});
    EXPECT_TRUE(answer.problem.starts_with("valleys are read of models with one layer"));
}

} // namespace
} // namespace grokscope
