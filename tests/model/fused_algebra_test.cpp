// Check 1: the equations of the fused step in double against float64 autograd, for every kind of
// stencil, odd sizes, random biases, several epochs with both optimisers.
#include "engine/compute/worker_pool.h"
#include "engine/model/adamw.h"
#include "engine/model/fused/fused_core.h"
#include "tests/model/autograd_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace grokscope {
namespace {

struct AlgebraCase {
    std::string name;
    ModelShape shape;
    std::vector<int> offsets;
    int probe_width = 6;
    Control control = Control::kNone;
    LossRule loss = {};
};

void PrintTo(const AlgebraCase& value, std::ostream* out) {
    *out << value.name;
}

/// Normal numbers of a size that keeps activations near one.
template <typename Values>
void fill_normal(Values values, double scale, std::mt19937_64& random) {
    std::normal_distribution<double> normal(0, scale);
    for (double& value : values) {
        value = normal(random);
    }
}

/// A third of all pairs, in random order; token 1 never comes first, token 2 never second.
PairSet some_pairs(int p, std::mt19937_64& random) {
    PairSet all = all_pairs({Operation::kAdd, p});
    std::vector<std::size_t> order(all.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::shuffle(order.begin(), order.end(), random);
    PairSet some;
    for (const std::size_t i : order) {
        if (some.size() < all.size() / 3 && all.pairs[i].a != 1 && all.pairs[i].b != 2) {
            some.pairs.push_back(all.pairs[i]);
            some.labels.push_back(all.labels[i]);
        }
    }
    return some;
}

double largest_error(std::span<const double> values, const at::Tensor& expected) {
    const double size = expected.abs().max().item<double>();
    return (to_float64(values) - expected).abs().max().item<double>() / size;
}

class FusedAlgebra : public testing::TestWithParam<AlgebraCase> {};

TEST_P(FusedAlgebra, AgreesWithFloat64Autograd) {
    const AlgebraCase& test = GetParam();
    std::mt19937_64 random(7);
    const PairSet train = some_pairs(test.shape.p, random);
    fused::CoreOptions options;
    options.model = test.shape;
    options.stencil = Stencil::of(test.offsets);
    options.stencil_weight = 3; // a pull that would show a wrong term
    options.probe_width = test.probe_width;
    options.control = test.control;
    options.loss = test.loss;
    options.seed = 5;

    BasicParameters<double> parameters(test.shape);
    BasicParameters<double> first(test.shape);
    BasicParameters<double> second(test.shape);
    BasicParameters<double> gradients(test.shape);
    std::ranges::fill(gradients.flat(), 1e6); // must be overwritten, gaps too
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        fill_normal(parameters.view(static_cast<Tensor>(i)), 1 / std::sqrt(test.shape.d), random);
    }
    const ProbeLayout probe_layout{test.shape.d, test.probe_width, test.shape.d_mlp};
    std::vector<BasicProbeState<double>> probes;
    AutogradRun exact(parameters.layout(), train, options.stencil_weight);
    exact.control = options.control;
    exact.loss = options.loss;
    exact.seed = options.seed;
    exact.flat = to_float64(std::span<const double>(parameters.flat()));
    for (const int k : options.stencil.offsets()) {
        BasicProbeState<double>& probe = probes.emplace_back(k, probe_layout);
        fill_normal(std::span(probe.weights), 0.3, random);
        exact.probes.push_back(
            {k, probe_layout, to_float64(std::span<const double>(probe.weights))});
    }

    WorkerPool pool(2);
    fused::FusedCore<double> core(options, train, pool);
    core.load(parameters);
    constexpr double kTolerance = 1e-12;
    for (int epoch = 0; epoch < 15; ++epoch) {
        const StepResult result = core.gradients(probes, gradients);
        const AutogradRun::Epoch expected = exact.compute();
        EXPECT_NEAR(result.task_loss / expected.task_loss, 1, kTolerance) << "epoch " << epoch;
        for (std::size_t i = 0; i < kTensorCount; ++i) {
            const auto tensor = static_cast<Tensor>(i);
            const at::Tensor part = expected.gradient.narrow(
                0, static_cast<std::int64_t>(parameters.layout().offset(tensor)),
                static_cast<std::int64_t>(parameters.layout().size(tensor)));
            ASSERT_GT(part.abs().max().item<double>(), 0) << kTensorNames[i];
            EXPECT_LE(largest_error(gradients.view(tensor), part), kTolerance)
                << kTensorNames[i] << ", epoch " << epoch;
        }
        EXPECT_LE(largest_error(gradients.flat(), expected.gradient), kTolerance) << "gaps";
        for (std::size_t i = 0; i < probes.size(); ++i) {
            const double mismatch = result.mismatch[offset_slot(probes[i].offset)];
            const std::string where =
                "offset " + std::to_string(probes[i].offset) + ", epoch " + std::to_string(epoch);
            if (epoch < std::abs(probes[i].offset)) {
                EXPECT_TRUE(std::isnan(mismatch)) << where;
                EXPECT_EQ(probes[i].adam_steps, 0) << where;
                continue;
            }
            EXPECT_NEAR(mismatch / expected.mismatch[i], 1, kTolerance) << where;
            EXPECT_EQ(probes[i].adam_steps, exact.probes[i].adam.steps) << where;
            // Adam divides by the root of the gradient's square: where a gradient vanishes, so do
            // the digits of the update.
            EXPECT_LE(largest_error(probes[i].weights, exact.probes[i].weights), 1e-9) << where;
            if (test.control == Control::kFrozenProbe) {
                EXPECT_EQ(probes[i].adam_steps, 0) << where;
                continue;
            }
            EXPECT_LE(largest_error(probes[i].first_moment, exact.probes[i].adam.m1), kTolerance)
                << where;
        }
        // Both go on from the same weights, so that rounding does not add up over epochs.
        adamw_update({}, epoch + 1, parameters.flat(), gradients.flat(), first.flat(),
                     second.flat());
        exact.advance(expected.gradient);
        EXPECT_LE(largest_error(parameters.flat(), exact.flat), 1e-9) << "epoch " << epoch;
        exact.flat = to_float64(std::span<const double>(parameters.flat()));
        for (std::size_t i = 0; i < probes.size(); ++i) {
            exact.probes[i].weights = to_float64(std::span<const double>(probes[i].weights));
        }
        core.load(parameters);
    }
}

constexpr ModelShape kToy{11, 16, 2, 24};

INSTANTIATE_TEST_SUITE_P(
    Check1, FusedAlgebra,
    testing::Values(
        AlgebraCase{"baseline", kToy, {}}, AlgebraCase{"m1", kToy, {-1}},
        AlgebraCase{"zero", kToy, {0}}, AlgebraCase{"p1", kToy, {1}},
        AlgebraCase{"m1_zero", kToy, {-1, 0}}, AlgebraCase{"zero_p1", kToy, {0, 1}},
        AlgebraCase{"m1_p1", kToy, {-1, 1}}, AlgebraCase{"full", kToy, {-1, 0, 1}},
        AlgebraCase{"far", kToy, {-8, -3, 0, 2, 5}},
        AlgebraCase{"one_wide_head", {13, 70, 1, 70}, {-1, 0, 1}, 65},
        AlgebraCase{"seven_heads", {59, 35, 7, 65}, {-1, 0, 1}, 3},
        AlgebraCase{"three_heads", {17, 24, 3, 130}, {-2, 1}, 130},
        AlgebraCase{"even_p", {68, 32, 4, 64}, {0}, 64},
        AlgebraCase{"smallest_p", {5, 32, 8, 64}, {-1, 1}, 1},
        AlgebraCase{"frozen", kToy, {-1, 0, 1}, 6, Control::kFrozenProbe},
        AlgebraCase{"permuted", kToy, {-1, 0, 1}, 6, Control::kPermutedTargets},
        AlgebraCase{"permuted_past", kToy, {-2, -1}, 6, Control::kPermutedTargets},
        AlgebraCase{"permuted_large", {59, 35, 7, 65}, {-3, 0, 2}, 70, Control::kPermutedTargets},
        AlgebraCase{"input_side", kToy, {-1, 0, 1}, 6, Control::kInputSide},
        AlgebraCase{"target_side", kToy, {-1, 0, 1}, 6, Control::kTargetSide},
        AlgebraCase{"penalty", {13, 70, 1, 70}, {}, 6, Control::kActivationPenalty},
        AlgebraCase{"stablemax", kToy, {}, 6, Control::kNone, {1, true}},
        AlgebraCase{"temperature", kToy, {}, 6, Control::kNone, {0.3, false}},
        AlgebraCase{"stablemax_warm", {59, 35, 7, 65}, {-1, 0}, 3, Control::kNone, {1.7, true}}),
    [](const auto& test) { return test.param.name; });

} // namespace
} // namespace grokscope
