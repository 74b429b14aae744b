// Forks whose weights are edited by hand where they begin, or keep some of their bits from there
// on.
#include "tests/store/fork_stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {
namespace {

using namespace store_test;

/// The state with which a run begins its own epochs, by hand: the original's at `epoch`.
TrainingState state_at(std::int32_t epoch) {
    WorkerPool pool(1);
    grokscope::Run run(original_config(), small_parts(), pool);
    while (run.epoch() < epoch) {
        (void)run.advance_one_epoch();
    }
    return run.state();
}

/// What a run of these settings, which takes that state up, comes to.
std::uint64_t trained_by_hand(const RunConfig& config, const TrainingState& from) {
    WorkerPool pool(1);
    grokscope::Run run(config, small_parts(), pool);
    run.restore(from);
    while (run.epoch() < config.epochs) {
        (void)run.advance_one_epoch();
    }
    return hash_of(run.state());
}

/// Embeddings of the number, [d].
std::vector<float> embedding(const Parameters& weights, int number) {
    const ModelShape& shape = weights.layout().shape();
    std::vector<float> values;
    for (int i = 0; i < shape.d; ++i) {
        values.push_back(
            weights.view(Tensor::W_E)[static_cast<std::size_t>(i * (shape.p + 1) + number)]);
    }
    return values;
}

TEST(Fork, ScalesARowOnceWhereItBegins) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    RunConfig config = original_config();
    config.edits.scaled = {{3, 0.5}};
    train_fork(file, 80, config);
    TrainingState edited = state_at(80);
    edit_weights(edited.parameters, config, nullptr);
    EXPECT_EQ(last_state(file, 2), trained_by_hand(config, edited));
    const TrainingState plain = state_at(80);
    for (int number = 0; number <= 7; ++number) { // 7 is '='
        for (std::size_t i = 0; i < 32; ++i) {
            const float before = embedding(plain.parameters, number)[i];
            EXPECT_EQ(embedding(edited.parameters, number)[i],
                      number == 3 ? before * 0.5F : before);
        }
    }
    for (std::size_t i = 1; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        EXPECT_TRUE(
            std::ranges::equal(edited.parameters.view(tensor), plain.parameters.view(tensor)));
    }
    Notebook notebook(file, Notebook::Access::kReadOnly);
    EXPECT_EQ(notebook.run(StoredRunId{2}).provenance.fork, "row 3 x 0.5");
    EXPECT_EQ(notebook.run(StoredRunId{2}).config, config);
    EXPECT_TRUE(
        std::ranges::equal(notebook.weights(StoredRunId{2}, 80).flat(), edited.parameters.flat()))
        << "its first record has the edited weights";
}

TEST(Fork, EditsNothingAgainWhenItGoesOnIsForkedOrVerified) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    RunConfig config = original_config();
    config.edits.scaled = {{3, 0.5}};
    config.edits.shuffled = true;
    config.epochs = 150;
    train_fork(file, 80, config);
    {
        std::shared_ptr<const StoredRun> stored;
        {
            Notebook notebook(file, Notebook::Access::kReadOnly);
            stored = read_for_resuming(notebook, StoredRunId{2}, 200);
        }
        Session session(file);
        ASSERT_TRUE(session.ask(command::ResumeRun{kFork, stored, true}, kFork));
        EXPECT_EQ(session.end(), "");
    }
    config.epochs = 200;
    TrainingState edited = state_at(80);
    edit_weights(edited.parameters, config, nullptr);
    EXPECT_EQ(last_state(file, 2), trained_by_hand(config, edited));
    train_fork(file, 80, config); // as `verify` repeats it
    EXPECT_EQ(last_state(file, 3), last_state(file, 2));
    train_fork(file, 120, original_config(), 2); // without edits of its own
    EXPECT_EQ(last_state(file, 4), last_state(file, 2));
    Notebook notebook(file, Notebook::Access::kReadOnly);
    EXPECT_EQ(notebook.run(StoredRunId{4}).provenance.fork, "nothing changed");
}

TEST(Fork, TakesOverTheEmbeddingsOfAnotherRun) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    RunConfig donor = original_config();
    donor.seed = 5;
    donor.exact_weights = true;
    {
        Session session(file);
        ASSERT_TRUE(session.ask(command::AddRun{kFork, donor, true}, kFork));
        EXPECT_EQ(session.end(), "");
    }
    RunConfig config = original_config();
    Parameters weights(ModelShape::of(config));
    {
        Notebook notebook(file, Notebook::Access::kReadOnly);
        config.edits.embedding_from = notebook.run(StoredRunId{2}).uuid;
        config.edits.embedding_epoch = 100;
        weights = notebook.weights(StoredRunId{2}, 100);
    }
    train_fork(file, 80, config);
    TrainingState edited = state_at(80);
    edit_weights(edited.parameters, config, &weights);
    EXPECT_EQ(embedding(edited.parameters, 4), embedding(weights, 4));
    EXPECT_EQ(embedding(edited.parameters, 7), embedding(state_at(80).parameters, 7)) << "'='";
    EXPECT_EQ(last_state(file, 3), trained_by_hand(config, edited));

    const auto refusal = [&](const RunConfig& wrong) {
        try {
            (void)fork_of(file, 1, 80, wrong);
        } catch (const NotebookError& error) {
            return std::string(error.what());
        }
        return std::string("it was made");
    };
    RunConfig wrong = config;
    wrong.edits.embedding_epoch = 101;
    EXPECT_NE(refusal(wrong).find("run 2 at epoch 101, whose weights are not recorded"),
              std::string::npos)
        << refusal(wrong);
    wrong.edits.embedding_from = std::string(32, 'a');
    EXPECT_NE(refusal(wrong).find("which this notebook does not hold"), std::string::npos);
    donor.p = 11;
    Session session(file);
    ASSERT_TRUE(session.ask(command::AddRun{kFork, donor, true}, kFork));
    EXPECT_EQ(session.end(), "");
    {
        Notebook notebook(file, Notebook::Access::kReadOnly);
        wrong.edits.embedding_from = notebook.run(StoredRunId{4}).uuid;
        wrong.edits.embedding_epoch = 100;
    }
    EXPECT_NE(refusal(wrong).find("run 4, which has p = 11 and width 32, but itself has p = 7"),
              std::string::npos)
        << refusal(wrong);
}

TEST(Fork, ShufflesTheEmbeddingsAsTheSeedSays) {
    RunConfig config = original_config();
    config.edits.shuffled = true;
    const Parameters before = state_at(20).parameters;
    Parameters after = before;
    edit_weights(after, config, nullptr);
    Parameters again = before;
    edit_weights(again, config, nullptr);
    EXPECT_TRUE(std::ranges::equal(after.flat(), again.flat()));
    std::vector<std::vector<float>> one;
    std::vector<std::vector<float>> other;
    int moved = 0;
    for (int number = 0; number < 7; ++number) {
        one.push_back(embedding(before, number));
        other.push_back(embedding(after, number));
        moved += one.back() == other.back() ? 0 : 1;
    }
    EXPECT_GE(moved, 4);
    std::ranges::sort(one);
    std::ranges::sort(other);
    EXPECT_EQ(one, other) << "the same rows, at other numbers";
    EXPECT_EQ(embedding(before, 7), embedding(after, 7)) << "'=' keeps its own";
    config.edits.embedding_from = std::string(32, 'a');
    EXPECT_THROW(edit_weights(after, config, nullptr), std::invalid_argument);
}

TEST(Fork, FrozenTensorsKeepTheirBits) {
    const ScratchFolder folder;
    const std::string file = with_original(folder);
    RunConfig config = original_config();
    config.frozen.set("W_E", true);
    config.frozen.set("b_out", true);
    train_fork(file, 80, config);
    const TrainingState begin = state_at(80);
    Notebook notebook(file, Notebook::Access::kReadOnly);
    EXPECT_EQ(notebook.run(StoredRunId{2}).provenance.fork, "frozen W_E,b_out");
    const Parameters end = notebook.checkpoint(StoredRunId{2})->state.parameters;
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        EXPECT_EQ(std::ranges::equal(end.view(tensor), begin.parameters.view(tensor)),
                  config.frozen.contains(kTensorNames[i]))
            << kTensorNames[i];
    }
    EXPECT_EQ(last_state(file, 2), trained_by_hand(config, begin));
}

} // namespace
} // namespace grokscope
