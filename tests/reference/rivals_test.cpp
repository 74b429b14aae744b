// R33: what the rules of the rivals make of the first gradient of a small model, against figures of
// the oracle (reference_lab.py --p 11 --frac .5 --d-model 32 --heads 4 --d-mlp 64 --epochs 1
// --dump-grad F, with the option of the rule), and the rules of the loss against float64 autograd.
#include "engine/compute/worker_pool.h"
#include "engine/optim/rules.h"
#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"
#include "tests/reference/naive_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace grokscope {
namespace {

/// Of one tensor: its norm, its first and its last value.
struct Figures {
    Tensor tensor;
    double norm, first, last;
};

struct Stage {
    explicit Stage(const RunConfig& run_config)
        : config(run_config), task(make_task(config)), state(initial_state(config)),
          gradients(ModelShape::of(config)), step(make_reference_step(config, task)) {
        step->load(state.parameters);
        result = step->gradients({}, gradients);
        test_loss = step->evaluate(task.test).loss;
    }
    void apply(RuleMaker* make) {
        const auto rule = make(config, state.parameters);
        std::vector<UpdateSlot> slots;
        for (const std::string& name : rule->slots()) {
            slots.push_back({name, Parameters(ModelShape::of(config))});
        }
        WorkerPool pool(1);
        rule->apply({state.parameters, gradients, slots, 1, 1, pool});
    }

    RunConfig config;
    Task task;
    TrainingState state;
    Gradients gradients;
    std::unique_ptr<Step> step;
    StepResult result;
    double test_loss;
};

RunConfig small_config() {
    RunConfig config;
    config.p = 11;
    config.train_fraction = 0.5;
    config.d_model = 32;
    config.heads = 4;
    config.d_mlp = 64;
    return config;
}

void expect_figures(const std::vector<Figures>& stated, const Parameters& found,
                    double tolerance = 1e-4) {
    for (const Figures& of : stated) {
        const auto values = found.view(of.tensor);
        const std::string name(kTensorNames[static_cast<std::size_t>(of.tensor)]);
        EXPECT_NEAR(std::sqrt(sum_squares(values)) / of.norm, 1, tolerance) << name;
        const double typical = of.norm / std::sqrt(static_cast<double>(values.size()));
        EXPECT_NEAR(values.front(), of.first, 10 * tolerance * typical) << name;
        EXPECT_NEAR(values.back(), of.last, 10 * tolerance * typical) << name;
    }
}

TEST(RivalRules, GrokfastOfTheFirstGradient) {
    RunConfig config = small_config();
    config.grokfast = Grokfast::kEma;
    Stage stage(config);
    EXPECT_NEAR(stage.result.task_loss, 2.7287089021117934, 1e-6);
    stage.apply(make_grokfast);
    expect_figures({{Tensor::W_E, 2.317424, 0.04959478, 0.1107563},
                    {Tensor::W_K, 0.0892618, -0.0007678531, 0.000540736},
                    {Tensor::W_in, 2.937774, -0.0114844, -0.03793855},
                    {Tensor::b_in, 1.54972, -0.01380857, 0.1630896},
                    {Tensor::W_U, 2.274338, 0.1025604, -0.004852275}},
                   stage.gradients);
}

TEST(RivalRules, OrthogonalGradientOfTheFirstGradient) {
    Stage stage(small_config());
    stage.apply(make_orthogonal_gradient);
    expect_figures({{Tensor::W_E, 0.7724745, 0.01769125, 0.03735982},
                    {Tensor::W_pos, 0.8093796, 0.05369148, 0.0447014},
                    {Tensor::W_K, 0.02975393, -0.0002718976, 0.0001668264},
                    {Tensor::W_in, 0.979258, -0.003585601, -0.01215053},
                    {Tensor::b_in, 0.5165733, -0.004602858, 0.05436321},
                    {Tensor::W_out, 1.132069, 0.001145459, 0.001095613},
                    {Tensor::W_U, 0.7581127, 0.03938622, -0.001862038}},
                   stage.gradients);
}

TEST(RivalRules, MuonOfTheFirstGradient) {
    RunConfig config = small_config();
    config.muon = true;
    Stage stage(config);
    stage.apply(make_muon);
    // The gradients become the update, before it is stretched: W_in has twice as many rows as
    // columns. W_Q and W_K have ranks so low that rounding decides part of theirs.
    for (float& value : stage.gradients.view(Tensor::W_in)) {
        value *= std::sqrt(2.0F);
    }
    expect_figures({{Tensor::W_V, 3.249082, 0.104507, -0.05707718},
                    {Tensor::W_O, 3.182811, -0.02290317, -0.07068133},
                    {Tensor::W_in, 4.590789, -0.1095744, -0.1287934},
                    {Tensor::W_out, 2.992396, 0.007299839, 6.332248e-05}},
                   stage.gradients, 1e-3);
}

struct LossCase {
    std::string name;
    LossRule rule;
    double train_loss, test_loss; ///< of the oracle; 0: not stated
    std::vector<Figures> figures = {};
};

void PrintTo(const LossCase& value, std::ostream* out) {
    *out << value.name;
}

class LossRules : public testing::TestWithParam<LossCase> {};

TEST_P(LossRules, AgreeWithTheOracleAndWithFloat64Autograd) {
    const LossCase& test = GetParam();
    RunConfig config = small_config();
    config.stablemax = test.rule.stablemax;
    config.temperature = test.rule.temperature;
    const Stage stage(config);
    if (test.train_loss != 0) {
        EXPECT_NEAR(stage.result.task_loss, test.train_loss, 1e-6);
        EXPECT_NEAR(stage.test_loss, test.test_loss, 1e-6);
    }
    expect_figures(test.figures, stage.gradients);

    const at::Tensor flat = naive::float64(stage.state.parameters.flat()).requires_grad_(true);
    const ParameterLayout& layout = stage.gradients.layout();
    const Activations now = naive::forward(flat, layout, naive::tokens_of(stage.task.train, 11));
    naive::task_loss(now.logits, naive::labels_of(stage.task.train), test.rule).backward();
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        const at::Tensor expected =
            flat.grad().narrow(0, static_cast<std::int64_t>(layout.offset(tensor)),
                               static_cast<std::int64_t>(layout.size(tensor)));
        const at::Tensor error = naive::float64(stage.gradients.view(tensor)) - expected;
        EXPECT_LE(error.norm().item<double>() / expected.norm().item<double>(), 2e-5)
            << kTensorNames[i];
    }
}

INSTANTIATE_TEST_SUITE_P(
    R33, LossRules,
    testing::Values(LossCase{"stablemax",
                             {1, true},
                             2.5794760875125435,
                             2.4711057868236836,
                             {{Tensor::W_E, 0.3651583, 0.009094231, 0.01459018},
                              {Tensor::W_in, 0.4522494, -0.001862196, -0.006728482},
                              {Tensor::W_U, 0.3574049, 0.01674498, -0.0007140862}}},
                    LossCase{"temperature",
                             {2, false},
                             2.505592000099681,
                             2.4326872026436135,
                             {{Tensor::W_E, 0.2762479, 0.006502702, 0.01222723},
                              {Tensor::W_in, 0.3362785, -0.002045324, -0.005432312},
                              {Tensor::W_U, 0.2627637, 0.01250137, -0.0008398122}}},
                    LossCase{"both", {0.6, true}, 0, 0}),
    [](const auto& test) { return test.param.name; });

} // namespace
} // namespace grokscope
