// Checks 2, 2b and 8: float32 gradients of FusedStep at real size against float64 autograd, from
// the first epoch to weights that force the guards, and its evaluations against ReferenceStep's.
#include "engine/compute/worker_pool.h"
#include "engine/model/fused_step.h"
#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"
#include "engine/reference/standard_parts.h"
#include "engine/train/run.h"
#include "tests/model/autograd_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace grokscope {
namespace {

at::Tensor part_of(const at::Tensor& flat, const ParameterLayout& layout, Tensor tensor) {
    return flat.narrow(0, static_cast<std::int64_t>(layout.offset(tensor)),
                       static_cast<std::int64_t>(layout.size(tensor)));
}

/// A trained or altered state of the default experiment, trained by the fused step.
struct StateCase {
    std::string name;
    std::uint32_t seed = 999;
    std::int32_t epochs = 0;
    Tensor scaled = Tensor::W_E;
    float factor = 1;
    std::vector<int> offsets = {};
};

void PrintTo(const StateCase& value, std::ostream* out) {
    *out << value.name;
}

class FusedGradients : public testing::TestWithParam<StateCase> {};

TEST_P(FusedGradients, AgreeWithFloat64AutogradUnderTheSameActivationPattern) {
    const StateCase& test = GetParam();
    RunConfig config;
    config.seed = test.seed;
    config.step = StepKind::kFused;
    config.stencil = Stencil::of(test.offsets);
    WorkerPool pool(2);
    grokscope::Run run(config, standard_engine_parts(), pool);
    while (run.epoch() < test.epochs) {
        (void)run.advance_one_epoch();
    }
    TrainingState state = run.state();
    for (float& weight : state.parameters.view(test.scaled)) {
        weight *= test.factor;
    }
    const Task& task = run.task();
    const ModelShape shape = ModelShape::of(config);

    // Baseline gradients: those of a stencil are checked by the algebra test and the traces.
    RunConfig baseline = config;
    baseline.stencil = {};
    FusedStep step(baseline, task.train, pool);
    step.load(state.parameters);
    Gradients gradients(shape);
    const StepResult result = step.gradients({}, gradients);
    std::vector<float> hidden(task.train.size() * static_cast<std::size_t>(shape.d_mlp));
    step.mlp_hidden(task.train.pairs, hidden);

    const auto rows = static_cast<std::int64_t>(task.train.size());
    const at::Tensor pattern =
        (to_float64(std::span<const float>(hidden)).view({rows, -1}) > 0).to(at::kDouble);
    AutogradRun exact(gradients.layout(), task.train, 0);
    exact.flat = to_float64(std::span<const float>(state.parameters.flat()));
    const AutogradRun::Epoch expected = exact.compute(pattern);

    // 2b: a float32 pre-activation may fall on the other side of zero, rarely and only close to it.
    const at::Tensor own_pattern = (exact.activations().mlp_hidden > 0).to(at::kDouble);
    EXPECT_LE((own_pattern - pattern).abs().sum().item<double>(), 5);
    EXPECT_NEAR(result.task_loss / expected.task_loss, 1, 1e-6);

    auto reference = make_reference_step(baseline, task);
    reference->load(state.parameters);
    Gradients reference_gradients(shape);
    const StepResult reference_result = reference->gradients({}, reference_gradients);
    EXPECT_NEAR(result.task_loss / reference_result.task_loss, 1, 2e-6);
    EXPECT_EQ(result.correct, reference_result.correct);
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        const at::Tensor part = part_of(expected.gradient, gradients.layout(), tensor);
        const double size = part.abs().max().item<double>();
        ASSERT_GT(size, 0) << kTensorNames[i];
        const double error = (to_float64(std::span<const float>(gradients.view(tensor))) - part)
                                 .abs()
                                 .max()
                                 .item<double>();
        EXPECT_LE(error / size, 1e-3) << kTensorNames[i];
    }

    // 8: evaluations and activations of both steps.
    for (const PairSet* set : {&task.train, &task.test}) {
        const Evaluation one = step.evaluate(*set);
        const Evaluation other = reference->evaluate(*set);
        EXPECT_NEAR(one.loss / other.loss, 1, 1e-5);
        EXPECT_LE(std::abs(one.correct - other.correct), 1);
    }
    const PairSet all = all_pairs(Operation::kAdd, config.p);
    std::vector<float> one(all.size() * 113);
    std::vector<float> other(one.size());
    step.logits(all.pairs, one);
    reference->logits(all.pairs, other);
    double largest = 0;
    double difference = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(other[i])));
        difference = std::max(difference, std::abs(static_cast<double>(one[i]) - other[i]));
    }
    // Scores of the size of a thousand are rounded by 1e-4 before their exponentials are taken.
    EXPECT_LE(difference / largest, test.factor > 10 ? 1e-4 : 1e-5);
}

INSTANTIATE_TEST_SUITE_P(
    Check2, FusedGradients,
    testing::Values(StateCase{"initial"}, StateCase{"initial_seed0", 0},
                    StateCase{"epoch200", 999, 200}, StateCase{"epoch500", 999, 500},
                    StateCase{"tiny_loss", 999, 400, Tensor::W_U, 3},
                    StateCase{"wide_scores", 999, 400, Tensor::W_Q, 4},
                    StateCase{"scores_beyond_float_exponentials", 999, 400, Tensor::W_Q, 40},
                    StateCase{"stencil300", 0, 300, Tensor::W_E, 1, {-1, 0, 1}}),
    [](const auto& test) { return test.param.name; });

} // namespace
} // namespace grokscope
