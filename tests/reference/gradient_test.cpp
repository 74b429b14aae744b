// R3, R4, R5, R8 and R9: losses, logits, gradients and mismatches of ReferenceStep against stated
// values, against float64 autograd on a plainer model, and against finite differences.
#include "engine/model/adamw.h"
#include "engine/protocol/metrics.h"
#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"
#include "tests/reference/naive_model.h"

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

namespace grokscope {
namespace {

RunConfig with_stencil(const std::vector<int>& offsets, std::uint32_t seed = 999) {
    RunConfig config;
    config.seed = seed;
    config.stencil = Stencil::of(offsets);
    return config;
}

/// A model small enough for float64 and finite differences, with a strong pull of the probes.
RunConfig small_config(const std::vector<int>& offsets, std::uint32_t seed) {
    RunConfig config = with_stencil(offsets, seed);
    config.p = 11;
    config.train_fraction = 0.5;
    config.d_model = 32;
    config.d_mlp = 64;
    config.probe_width = 6;
    config.stencil_weight = 10;
    return config;
}

double norm(std::span<const float> values) {
    return std::sqrt(sum_squares(values));
}

std::string_view name_of(Tensor tensor) {
    return kTensorNames[static_cast<std::size_t>(tensor)];
}

/// Expects each tensor of `gradients` within `tolerance` of the flat float64 gradient, as a share
/// of that tensor's norm.
void expect_gradients_near(const Gradients& gradients, const at::Tensor& exact, double tolerance,
                           const std::string& where) {
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        const ParameterLayout& layout = gradients.layout();
        const at::Tensor expected =
            exact.narrow(0, static_cast<std::int64_t>(layout.offset(tensor)),
                         static_cast<std::int64_t>(layout.size(tensor)));
        const at::Tensor error = naive::float64(gradients.view(tensor)) - expected;
        const double size = expected.norm().item<double>();
        ASSERT_GT(size, 0.0) << name_of(tensor) << ", " << where;
        EXPECT_LE(error.norm().item<double>() / size, tolerance)
            << name_of(tensor) << ", " << where;
    }
}

// ------------------------------------------------------------------------- stated values

struct Untrained {
    Preset preset;
    std::uint32_t seed;
    double train_loss, test_loss, tolerance;
    int train_correct, test_correct; ///< -1 where not stated
};

class UntrainedModels : public testing::TestWithParam<Untrained> {};

TEST_P(UntrainedModels, HaveTheStatedLossesAndRightAnswers) {
    const Untrained& stated = GetParam();
    RunConfig config = RunConfig::of(stated.preset);
    config.seed = stated.seed;
    const Task task = make_task(config);
    const TrainingState state = initial_state(config);
    const auto step = make_reference_step(config, task);
    step->load(state.parameters);
    const Evaluation train = step->evaluate(task.train);
    const Evaluation test = step->evaluate(task.test);
    EXPECT_NEAR(train.loss, stated.train_loss, stated.tolerance);
    EXPECT_NEAR(test.loss, stated.test_loss, stated.tolerance);
    if (stated.train_correct >= 0) {
        EXPECT_NEAR(static_cast<double>(train.correct), stated.train_correct, 1);
        EXPECT_NEAR(static_cast<double>(test.correct), stated.test_correct, 1);
    }
}

INSTANTIATE_TEST_SUITE_P(
    R3, UntrainedModels,
    testing::Values(Untrained{Preset::kNanda, 999, 4.7729909, 4.7633828, 1e-5, 28, 99},
                    Untrained{Preset::kNanda, 0, 4.7518933, 4.7557962, 1e-5, -1, -1},
                    Untrained{Preset::kTransformerLens, 999, 4.73496, 4.73327, 1e-5, -1, -1}));

TEST(ReferenceStepTest, GivesLogOfPForLogitsThatAreAllEqual) {
    const RunConfig config;
    const Task task = make_task(config);
    const Parameters zeros(ModelShape::of(config));
    const auto step = make_reference_step(config, task);
    step->load(zeros);
    const Evaluation train = step->evaluate(task.train);
    EXPECT_NEAR(train.loss, 4.7273878, 1e-7); // ln 113
    // A tie goes to the lowest class: right where a + b = 0 mod 113.
    EXPECT_EQ(train.correct, std::ranges::count(task.train.labels, 0));
}

TEST(ReferenceStepTest, GivesTheStatedFirstLogits) {
    const RunConfig config;
    const Task task = make_task(config);
    const TrainingState state = initial_state(config);
    const auto step = make_reference_step(config, task);
    step->load(state.parameters);
    const std::array<Pair, 2> pairs = {Pair{0, 0}, Pair{1, 2}};
    std::vector<float> logits(2 * 113);
    step->logits(pairs, logits);
    const std::array<double, 6> stated = {0.415451, -0.536940, -0.292970,
                                          0.405286, -0.685402, -0.144292};
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(logits[i], stated.at(i), 1e-5);
        EXPECT_NEAR(logits[113 + i], stated.at(3 + i), 1e-5);
    }
}

TEST(ReferenceStepTest, GivesTheStatedGradientNorms) {
    const RunConfig config;
    const Task task = make_task(config);
    const TrainingState state = initial_state(config);
    const auto step = make_reference_step(config, task);
    step->load(state.parameters);
    Gradients gradients(ModelShape::of(config));
    const StepResult result = step->gradients({}, gradients);
    EXPECT_NEAR(result.task_loss, 4.772990943248544, 1e-7);
    EXPECT_EQ(result.correct, 28);
    const std::array<double, kTensorCount> stated = {9.32238e-2, 1.00798e-1, 6.7438e-4,  6.9442e-4,
                                                     6.23484e-2, 5.86125e-2, 9.55694e-2, 5.6780e-2,
                                                     9.93085e-2, 4.0330e-2,  9.29982e-2};
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const double value = norm(gradients.view(static_cast<Tensor>(i)));
        EXPECT_NEAR(value / stated.at(i), 1.0, 1e-4) << kTensorNames[i];
    }
    EXPECT_NEAR(norm(gradients.flat()) / 0.2422177, 1.0, 1e-4);
}

TEST(ReferenceStepTest, GivesTheStatedMismatchesOfTheFirstEpoch) {
    // Every probe on (mlp_in, mlp_hidden) of the untrained model, before it has learnt anything.
    const RunConfig config = with_stencil({-1, 0, 1});
    const Task task = make_task(config);
    TrainingState state = initial_state(config);
    const at::Tensor flat = naive::float64(state.parameters.flat());
    const Activations now =
        naive::forward(flat, state.parameters.layout(), naive::tokens_of(task.train, 113));
    const std::array<double, 3> stated = {0.0185825, 0.0200390, 0.0192380};
    for (std::size_t i = 0; i < 3; ++i) {
        const ProbeState& probe = state.probes[i];
        EXPECT_NEAR(
            naive::mismatch(naive::float64(probe.weights), probe.layout, now.mlp_in, now.mlp_hidden)
                .item<double>(),
            stated.at(i), 1e-6);
    }
    const auto step = make_reference_step(config, task);
    step->load(state.parameters);
    Gradients gradients(ModelShape::of(config));
    const StepResult result = step->gradients(state.probes, gradients);
    EXPECT_NEAR(result.mismatch[offset_slot(0)], 0.0185737, 1e-7);
    EXPECT_NEAR(result.mismatch[offset_slot(0)] / 0.018573680892586708, 1.0, 1e-5);
    EXPECT_TRUE(std::isnan(result.mismatch[offset_slot(-1)]));
    EXPECT_TRUE(std::isnan(result.mismatch[offset_slot(1)]));
    EXPECT_EQ(state.probes[1].adam_steps, 1);
    EXPECT_EQ(state.probes[0].adam_steps, 0);
}

// ---------------------------------------------------------------------- gradients, at real size

class RealSize : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RealSize, GradientsAgreeWithFloat64AutogradOnAllThreePositions) {
    RunConfig config;
    config.seed = GetParam();
    const Task task = make_task(config);
    const TrainingState state = initial_state(config);
    const auto step = make_reference_step(config, task);
    step->load(state.parameters);
    Gradients gradients(ModelShape::of(config));
    const StepResult result = step->gradients({}, gradients);

    const at::Tensor flat = naive::float64(state.parameters.flat()).requires_grad_(true);
    const Activations now =
        naive::forward(flat, gradients.layout(), naive::tokens_of(task.train, config.p));
    const at::Tensor loss = naive::task_loss(now.logits, naive::labels_of(task.train));
    loss.backward();
    EXPECT_NEAR(result.task_loss, loss.item<double>(), 1e-6);
    expect_gradients_near(gradients, flat.grad(), 1e-5, "seed " + std::to_string(config.seed));
}

INSTANTIATE_TEST_SUITE_P(R5, RealSize, testing::Values(999U, 0U));

// --------------------------------------------------- the stencil, step by step, at a small size

/// Plays epochs of a small run beside ReferenceStep in float64.
class SmallRun {
public:
    explicit SmallRun(const RunConfig& config)
        : config_(config), task_(make_task(config)), state_(initial_state(config)),
          step_(make_reference_step(config, task_)), gradients_(ModelShape::of(config)),
          tokens_(naive::tokens_of(task_.train, config.p)), labels_(naive::labels_of(task_.train)) {
        // Biases that are not zero, so that their paths are tested too.
        for (const Tensor bias : {Tensor::b_in, Tensor::b_out}) {
            float value = -0.1F;
            for (float& entry : state_.parameters.view(bias)) {
                entry = value;
                value = value > 0.1F ? -0.1F : value + 0.013F;
            }
        }
        step_->load(state_.parameters);
    }

    /// Forward, both phases and backward of the next epoch.
    StepResult compute() {
        probes_before_ = state_.probes;
        return step_->gradients(state_.probes, gradients_);
    }

    /// L_total at `flat`, where the probes are those after phase 1 and what science.md 2.1 calls
    /// constant is constant. `loose_path` makes one side of the mismatch a constant as well.
    enum class Path { kBoth, kInputOnly, kTargetOnly };
    [[nodiscard]] at::Tensor total_loss(const at::Tensor& flat, Path path = Path::kBoth) const {
        const Activations now = naive::forward(flat, gradients_.layout(), tokens_);
        at::Tensor total = naive::task_loss(now.logits, labels_);
        for (const ProbeState& probe : state_.probes) {
            if (is_active(probe.offset)) {
                auto [x, y] = compared(probe.offset, now);
                x = path == Path::kTargetOnly ? x.detach() : x;
                y = path == Path::kInputOnly ? y.detach() : y;
                total =
                    total + config_.stencil_weight *
                                naive::mismatch(naive::float64(probe.weights), probe.layout, x, y);
            }
        }
        if (config_.control == Control::kActivationPenalty) {
            total = total + config_.stencil_weight * (now.mlp_hidden * now.mlp_hidden).mean();
        }
        return total;
    }

    [[nodiscard]] at::Tensor exact_gradient(Path path = Path::kBoth) const {
        const at::Tensor flat = flat_parameters().requires_grad_(true);
        total_loss(flat, path).backward();
        return flat.grad();
    }

    /// Expects the probes to have taken one Adam step on their mismatch, or none while inactive.
    void expect_probes_learnt() const {
        const Activations now = naive::forward(flat_parameters(), gradients_.layout(), tokens_);
        for (std::size_t i = 0; i < state_.probes.size(); ++i) {
            const ProbeState& before = probes_before_[i];
            const ProbeState& after = state_.probes[i];
            if (!is_active(after.offset)) {
                EXPECT_EQ(after.weights, before.weights) << "offset " << after.offset;
                EXPECT_EQ(after.adam_steps, 0) << "offset " << after.offset;
                continue;
            }
            const at::Tensor flat = naive::float64(before.weights).requires_grad_(true);
            const auto [x, y] = compared(after.offset, now);
            naive::mismatch(flat, after.layout, x, y).backward();
            const at::Tensor g = flat.grad();
            const at::Tensor m1 = 0.9 * naive::float64(before.first_moment) + 0.1 * g;
            const at::Tensor m2 = 0.999 * naive::float64(before.second_moment) + 0.001 * g * g;
            const auto t = static_cast<double>(after.adam_steps);
            EXPECT_EQ(after.adam_steps, before.adam_steps + 1);
            const auto close = [](const AlignedBuffer<float>& values, const at::Tensor& expected) {
                return ((naive::float64(values) - expected).norm() / expected.norm())
                    .item<double>();
            };
            EXPECT_LE(close(after.first_moment, m1), 1e-5) << "offset " << after.offset;
            EXPECT_LE(close(after.second_moment, m2), 1e-5) << "offset " << after.offset;
            // The update divides by the root of m2: compared from the moments the step has.
            const at::Tensor n1 = naive::float64(after.first_moment);
            const at::Tensor n2 = naive::float64(after.second_moment);
            const at::Tensor expected =
                flat.detach() - config_.probe_learning_rate / (1 - std::pow(0.9, t)) * n1 /
                                    (n2.sqrt() / std::sqrt(1 - std::pow(0.999, t)) + 1e-8);
            EXPECT_LE(close(after.weights, expected), 1e-6) << "offset " << after.offset;
        }
    }

    /// Expects the probes as they were drawn.
    void expect_probes_untouched() const {
        const TrainingState drawn = initial_state(config_);
        for (std::size_t i = 0; i < state_.probes.size(); ++i) {
            EXPECT_EQ(state_.probes[i].weights, drawn.probes[i].weights);
            EXPECT_EQ(state_.probes[i].adam_steps, 0);
        }
    }

    /// AdamW on the model, then on to the next epoch.
    void advance() {
        past_.push_front(flat_parameters());
        adamw_update({.learning_rate = 1e-2}, ++state_.updates, state_.parameters.flat(),
                     gradients_.flat(), state_.first_moment().flat(),
                     state_.second_moment().flat());
        step_->load(state_.parameters);
    }

    [[nodiscard]] at::Tensor flat_parameters() const {
        return naive::float64(state_.parameters.flat());
    }
    [[nodiscard]] const Gradients& gradients() const { return gradients_; }

private:
    struct Compared {
        at::Tensor x, y;
    };
    [[nodiscard]] bool is_active(int offset) const {
        return past_.size() >= static_cast<std::size_t>(std::abs(offset));
    }
    [[nodiscard]] Compared compared(int offset, const Activations& now) const {
        Compared pair{now.mlp_in, now.mlp_hidden};
        if (offset != 0) {
            const Activations then =
                naive::forward(past_[static_cast<std::size_t>(std::abs(offset)) - 1],
                               gradients_.layout(), tokens_);
            pair = offset < 0 ? Compared{now.mlp_in, then.mlp_hidden}
                              : Compared{then.mlp_in, now.mlp_hidden};
        }
        if (config_.control == Control::kPermutedTargets) {
            const std::vector<std::uint32_t> order =
                permuted_targets(config_.seed, task_.train.size());
            std::vector<at::Tensor> rows;
            for (const std::uint32_t row : order) {
                rows.push_back(pair.y.select(0, row));
            }
            pair.y = at::stack(rows);
        }
        return pair;
    }

    RunConfig config_;
    Task task_;
    TrainingState state_;
    std::unique_ptr<Step> step_;
    Gradients gradients_;
    at::Tensor tokens_, labels_;
    std::vector<ProbeState> probes_before_;
    std::deque<at::Tensor> past_; ///< weights of past epochs, newest first
};

struct StencilCase {
    std::vector<int> offsets;
    std::uint32_t seed;
};

class Stencils : public testing::TestWithParam<StencilCase> {};

TEST_P(Stencils, GradientsAgreeWithFloat64AutogradAndFiniteDifferences) {
    SmallRun run(small_config(GetParam().offsets, GetParam().seed));
    for (int epoch = 0; epoch < 12; ++epoch) {
        const std::string where = "epoch " + std::to_string(epoch);
        const StepResult result = run.compute();
        for (int k = -kMaxOffset; k <= kMaxOffset; ++k) {
            const bool expected =
                Stencil::of(GetParam().offsets).contains(k) && epoch >= std::abs(k);
            EXPECT_EQ(!std::isnan(result.mismatch[offset_slot(k)]), expected)
                << "mismatch " << k << ", " << where;
        }
        run.expect_probes_learnt();
        expect_gradients_near(run.gradients(), run.exact_gradient(), 2e-5, where);

        // The slope along the gradient itself, which no autograd computed.
        const at::NoGradGuard no_grad;
        const at::Tensor at_point = run.flat_parameters();
        const at::Tensor gradient = naive::float64(run.gradients().flat());
        const at::Tensor direction = gradient / gradient.norm();
        constexpr double kStep = 1e-6;
        const double slope = ((run.total_loss(at_point + kStep * direction) -
                               run.total_loss(at_point - kStep * direction)) /
                              (2 * kStep))
                                 .item<double>();
        EXPECT_NEAR(slope / gradient.norm().item<double>(), 1.0, 1e-4) << where;
        run.advance();
    }
}

INSTANTIATE_TEST_SUITE_P(R9, Stencils,
                         testing::Values(StencilCase{{}, 1}, StencilCase{{0}, 2},
                                         StencilCase{{-1}, 3}, StencilCase{{1}, 4},
                                         StencilCase{{-1, 0}, 5}, StencilCase{{0, 1}, 6},
                                         StencilCase{{-1, 1}, 7}, StencilCase{{-1, 0, 1}, 8},
                                         StencilCase{{-8, -3, -1, 0, 2, 5}, 9}));

// ------------------------------------------------------------------- controls, science.md 2.3

class Controls : public testing::TestWithParam<Control> {};

TEST_P(Controls, GradientsAgreeWithFloat64Autograd) {
    using Path = SmallRun::Path;
    const Control control = GetParam();
    const bool penalty = control == Control::kActivationPenalty;
    RunConfig config = small_config(penalty ? std::vector<int>{} : std::vector<int>{-1, 0, 1}, 11);
    config.control = control;
    RunConfig plain = config;
    plain.control = Control::kNone;
    SmallRun run(config);
    SmallRun other(plain);
    const Path path = control == Control::kInputSide    ? Path::kInputOnly
                      : control == Control::kTargetSide ? Path::kTargetOnly
                                                        : Path::kBoth;
    for (int epoch = 0; epoch < 6; ++epoch) {
        const std::string where = "epoch " + std::to_string(epoch);
        (void)run.compute();
        (void)other.compute();
        if (control == Control::kFrozenProbe) {
            run.expect_probes_untouched();
        } else {
            run.expect_probes_learnt();
        }
        expect_gradients_near(run.gradients(), run.exact_gradient(path), 2e-5, where);
        run.advance();
        other.advance();
    }
    // It changes something: the plain stencil has gone elsewhere.
    const at::Tensor difference = run.flat_parameters() - other.flat_parameters();
    EXPECT_GT((difference.norm() / run.flat_parameters().norm()).item<double>(), 1e-3);
}

INSTANTIATE_TEST_SUITE_P(R9, Controls,
                         testing::Values(Control::kFrozenProbe, Control::kPermutedTargets,
                                         Control::kInputSide, Control::kTargetSide,
                                         Control::kActivationPenalty));

TEST(GradientPathTest, WouldNoticeAMissingSideOfTheMismatch) {
    // The check above must fail for a wrong table: with one side held constant, offset 0 gives
    // another gradient, offset -1 has nothing but its input side and +1 nothing but its target.
    using Path = SmallRun::Path;
    const auto difference = [](const SmallRun& run, Path path) {
        const at::Tensor exact = run.exact_gradient();
        return ((run.exact_gradient(path) - exact).norm() / exact.norm()).item<double>();
    };
    const auto after_two_epochs = [](int offset) {
        auto run = std::make_unique<SmallRun>(small_config({offset}, 21));
        (void)run->compute();
        run->advance();
        (void)run->compute();
        return run;
    };
    const auto now = after_two_epochs(0);
    EXPECT_GT(difference(*now, Path::kInputOnly), 1e-2);
    EXPECT_GT(difference(*now, Path::kTargetOnly), 1e-2);
    const auto backward = after_two_epochs(-1);
    EXPECT_EQ(difference(*backward, Path::kInputOnly), 0.0);
    EXPECT_GT(difference(*backward, Path::kTargetOnly), 1e-2);
    const auto forward = after_two_epochs(1);
    EXPECT_GT(difference(*forward, Path::kInputOnly), 1e-2);
    EXPECT_EQ(difference(*forward, Path::kTargetOnly), 0.0);
}

TEST(ReferenceStepTest, ComputesTheHiddenUnitsOfAnyPairs) {
    const RunConfig config = small_config({}, 6);
    const Task task = make_task(config);
    const TrainingState state = initial_state(config);
    const auto step = make_reference_step(config, task);
    step->load(state.parameters);
    const PairSet all = all_pairs({Operation::kAdd, 11});
    std::vector<float> hidden(all.size() * 64);
    step->mlp_hidden(all.pairs, hidden);
    const Activations exact = naive::forward(naive::float64(state.parameters.flat()),
                                             state.parameters.layout(), naive::tokens_of(all, 11));
    const double error =
        (naive::float64(hidden).view({121, 64}) - exact.mlp_hidden).abs().max().item<double>();
    EXPECT_LE(error, 1e-6);
    EXPECT_GT(exact.mlp_hidden.abs().max().item<double>(), 0.1);
    EXPECT_THROW(step->mlp_hidden(all.pairs, std::span(hidden).first(64)), std::invalid_argument);
}

} // namespace
} // namespace grokscope
