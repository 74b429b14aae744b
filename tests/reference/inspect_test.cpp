// The inspector's own forward pass against libtorch: losses, right answers, attention.
#include "engine/compute/worker_pool.h"
#include "engine/inspect/attention_grid.h"
#include "engine/inspect/model_inspector.h"
#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"
#include "engine/parts/standard_parts.h"
#include "engine/reference/transformer.h"
#include "engine/train/run.h"
#include "tests/reference/naive_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace grokscope {
namespace {

/// Untrained, memorising and better trained weights of a small task.
std::vector<std::shared_ptr<const Parameters>> some_weights(const RunConfig& config,
                                                            WorkerPool& pool) {
    Run run(config, standard_engine_parts(), pool);
    std::vector<std::shared_ptr<const Parameters>> weights;
    for (const int epoch : {0, 60, 400}) {
        while (run.epoch() < epoch) {
            (void)run.advance_one_epoch();
        }
        weights.push_back(std::make_shared<const Parameters>(run.state().parameters));
    }
    return weights;
}

RunConfig small_config() {
    RunConfig config;
    config.p = 29;
    config.train_fraction = 0.7;
    return config;
}

TEST(Inspect, TheIntactAnswerIsTheEvaluationOfTheReferenceStep) {
    const RunConfig config = small_config();
    WorkerPool pool(1);
    const Task task = make_task(config);
    const auto reference = make_reference_step(config, task);
    ModelInspector inspector(config, pool);
    for (const auto& weights : some_weights(config, pool)) {
        reference->load(*weights);
        const Evaluation train = reference->evaluate(task.train);
        const Evaluation test = reference->evaluate(task.test);
        const ModelFigures figures = inspector.answer({}, weights).intact.figures;
        // Float32 logits of two implementations differ in their last bits; a loss of 1e-4 is what
        // is left of logits around 20.
        EXPECT_NEAR(figures.train_loss, train.loss, 1e-6 * std::max(train.loss, 1.0));
        EXPECT_NEAR(figures.train_loss, train.loss, 1e-4 * train.loss);
        EXPECT_NEAR(figures.test_loss, test.loss, 1e-6 * std::max(test.loss, 1.0));
        EXPECT_EQ(std::lround(figures.train_accuracy * static_cast<double>(task.train.size())),
                  train.correct);
        EXPECT_EQ(std::lround(figures.test_accuracy * static_cast<double>(task.test.size())),
                  test.correct);
    }
}

TEST(Inspect, AttentionIsThatOfTheWholeTransformer) {
    const RunConfig config = small_config();
    WorkerPool pool(1);
    const auto weights = some_weights(config, pool).back();
    const ParameterLayout& layout = weights->layout();
    const Weights w = Weights::views(naive::float64(weights->flat()), layout);
    const PairSet all = all_pairs({config.operation, config.p});
    // All three positions, queries and keys as they come; the last position sees everything.
    const at::Tensor x = w.W_E.t().index({naive::tokens_of(all, config.p)}) + w.W_pos; // [n, 3, d]
    const at::Tensor k = at::einsum("ihd,njd->nijh", {w.W_K, x});
    const at::Tensor q = at::einsum("ihd,nd->nih", {w.W_Q, x.select(1, 2)});
    const at::Tensor expected = (at::einsum("nih,nijh->nij", {q, k}) /
                                 std::sqrt(static_cast<double>(layout.shape().d_head())))
                                    .softmax(-1)
                                    .transpose(0, 1)
                                    .contiguous(); // [heads, n, 3]
    SitedForward forward(layout.shape(), pool);
    forward.load(*weights);
    const std::vector<float> grid = attention_grid(forward, layout.shape(), all.pairs, {}, 0);
    ASSERT_EQ(static_cast<std::int64_t>(grid.size()), expected.numel());
    const double* const values = expected.data_ptr<double>();
    for (std::size_t i = 0; i < grid.size(); ++i) {
        ASSERT_NEAR(grid[i], values[i], 1e-6) << "entry " << i;
    }
}

} // namespace
} // namespace grokscope
