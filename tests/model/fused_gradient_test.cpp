// Checks 2, 2b and 8: float32 gradients of FusedStep at real size against float64 autograd, from
// the first epoch to weights that force the guards, and its evaluations against ReferenceStep's.
#include "engine/reference/reference_step.h"
#include "tests/model/exact_epoch.h"

namespace grokscope {
namespace {

/// A trained or altered state of the default experiment, trained by the fused step.
struct StateCase {
    std::string name;
    std::uint32_t seed = 999;
    std::int32_t epochs = 0;
    Tensor scaled = Tensor::W_E;
    float factor = 1;
    std::vector<int> offsets = {};
    int p = 113;
    double fraction = 0.3;
};

void PrintTo(const StateCase& value, std::ostream* out) {
    *out << value.name;
}

class FusedGradients : public testing::TestWithParam<StateCase> {};

TEST_P(FusedGradients, AgreeWithFloat64AutogradUnderTheSameActivationPattern) {
    const StateCase& test = GetParam();
    RunConfig config;
    config.p = test.p;
    config.train_fraction = test.fraction;
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
    expect_exact_epoch(config, task, state, pool);

    FusedStep step(config, task.train, pool);
    const auto reference = make_reference_step(config, task);
    const auto epoch_of = [&state](Step& of) {
        of.recall(state.previous);
        of.load(state.parameters);
        std::vector<ProbeState> probes = state.probes;
        Gradients gradients(state.parameters.layout().shape());
        return of.gradients(probes, gradients);
    };
    const StepResult one_epoch = epoch_of(step);
    const StepResult other_epoch = epoch_of(*reference);
    EXPECT_NEAR(one_epoch.task_loss / other_epoch.task_loss, 1, 2e-6);
    EXPECT_EQ(one_epoch.correct, other_epoch.correct);

    // 8: evaluations and activations of both steps.
    for (const PairSet* set : {&task.train, &task.test}) {
        const Evaluation one = step.evaluate(*set);
        const Evaluation other = reference->evaluate(*set);
        EXPECT_NEAR(one.loss / other.loss, 1, 1e-5);
        EXPECT_LE(std::abs(one.correct - other.correct), 1);
        EXPECT_EQ(std::isnan(one.mirrored.loss), set == &task.train)
            << "only test pairs are parted";
        if (set == &task.test) {
            EXPECT_NEAR(one.mirrored.loss / other.mirrored.loss, 1, 1e-5);
            EXPECT_NEAR(one.truly_new.loss / other.truly_new.loss, 1, 1e-5);
            EXPECT_NEAR(one.mirrored.accuracy, other.mirrored.accuracy, 1.5 / 2637);
            EXPECT_NEAR(one.truly_new.accuracy, other.truly_new.accuracy, 1.5 / 6302);
        }
    }
    const PairSet all = all_pairs({Operation::kAdd, config.p});
    std::vector<float> one(all.size() * static_cast<std::size_t>(config.p));
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
                    // Grokked at 720.
                    StateCase{"grokked", 999, 900, Tensor::W_E, 1, {}, 47, 0.7},
                    StateCase{"stencil300", 0, 300, Tensor::W_E, 1, {-1, 0, 1}},
                    StateCase{"p96", 1, 50, Tensor::W_E, 1, {-1, 0}, 96, 0.4},
                    StateCase{"p31", 2, 80, Tensor::W_E, 1, {0, 1}, 31, 0.7}),
    [](const auto& test) { return test.param.name; });

/// All stencils where an epoch is cheap; at p = 113 they are in the long tests.
class FusedStencilGradients : public testing::TestWithParam<std::vector<int>> {};

TEST_P(FusedStencilGradients, AgreeWithFloat64AutogradAtTheStartAndLater) {
    RunConfig config;
    config.p = 59;
    config.step = StepKind::kFused;
    config.stencil = Stencil::of(GetParam());
    WorkerPool pool(2);
    grokscope::Run run(config, standard_engine_parts(), pool);
    for (const std::int32_t epoch : {0, 1, 100}) {
        SCOPED_TRACE("epoch " + std::to_string(epoch));
        while (run.epoch() < epoch) {
            (void)run.advance_one_epoch();
        }
        expect_exact_epoch(config, run.task(), run.state(), pool);
    }
}

INSTANTIATE_TEST_SUITE_P(Check2, FusedStencilGradients, testing::ValuesIn(all_stencils()),
                         [](const auto& test) { return word_of(test.param); });

} // namespace
} // namespace grokscope
