// The probes of the step for layers in double against float64 autograd of the plain model: every
// tensor, every probe, every mismatch, at several depths, beside the first layer and the last.
#include "engine/compute/worker_pool.h"
#include "tests/model/autograd_run.h"
#include "tests/model/layers_case.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace grokscope {
namespace {

constexpr double kTolerance = 1e-11;

struct ProbesCase {
    ModelShape shape;
    std::size_t layer = 0; ///< of the probes, from 0
    std::vector<int> offsets{-1, 0, 1};
    int width = 6;
    Control control = Control::kNone;
    std::size_t part = 3; ///< one pair in so many is a training pair
    int epochs = 4;
};

std::string name_of(const ProbesCase& test) {
    std::string name = word_of(test.shape) + "_beside" + std::to_string(test.layer) + "_offsets";
    for (const int k : test.offsets) {
        name += k < 0 ? "m" : "p"; // in two steps: joined, GCC 12 sees an overflow that is none
        name += std::to_string(std::abs(k));
    }
    name += "_width" + std::to_string(test.width) + "_part" + std::to_string(test.part) + "_";
    for (const char letter : name_of(test.control)) {
        name += letter == '-' ? '_' : letter;
    }
    return name;
}

void PrintTo(const ProbesCase& value, std::ostream* out) {
    *out << name_of(value);
}

/// Largest difference over the largest value.
double error_of(std::span<const double> found, const at::Tensor& expected) {
    return (to_float64(found) - expected).abs().max().item<double>() /
           expected.abs().max().item<double>();
}

/// The step and autograd side by side, from epoch to epoch.
struct SideBySide {
    explicit SideBySide(const ProbesCase& test)
        : train(some_pairs(test.shape.p, test.part, 5)),
          setup{.options = {.stencil = Stencil::of(test.offsets),
                            .weight = 3, // a pull that would show a wrong term
                            .learning_rate = 1e-3,
                            .control = test.control},
                .width = test.width,
                .layer = test.layer,
                .seed = 5},
          core({.model = test.shape, .probes = setup}, train, pool),
          exact(ParameterLayout(test.shape), train, setup.options.weight) {
        exact.control = test.control;
        exact.probe_layer = static_cast<int>(test.layer);
        exact.seed = setup.seed;
        std::mt19937_64 random(3);
        std::normal_distribution<double> normal(0, 0.3);
        const ProbeLayout layout{test.shape.d, test.width, test.shape.d_mlp};
        for (const int k : test.offsets) {
            BasicProbeState<double>& probe = probes.emplace_back(k, layout);
            for (double& weight : probe.weights) {
                weight = normal(random);
            }
            exact.probes.push_back({k, layout, float64_of(probe.weights)});
        }
    }

    static at::Tensor float64_of(const AlignedBuffer<double>& values) {
        return to_float64(std::span<const double>(values));
    }

    PairSet train;
    layers::ProbeSetup setup;
    WorkerPool pool{2};
    layers::LayersCore<double> core;
    AutogradRun exact;
    std::vector<BasicProbeState<double>> probes;
};

class LayersProbes : public testing::TestWithParam<ProbesCase> {};

TEST_P(LayersProbes, AgreeWithFloat64Autograd) {
    const ProbesCase& test = GetParam();
    SideBySide both(test);
    BasicParameters<double> gradients(test.shape);
    std::deque<BasicParameters<double>> past;
    for (int epoch = 0; epoch < test.epochs; ++epoch) {
        const std::string at_epoch = ", epoch " + std::to_string(epoch);
        const BasicParameters<double> weights =
            random_weights<double>(test.shape, 7 + static_cast<std::uint64_t>(epoch));
        std::ranges::fill(gradients.flat(), 1e6); // must be overwritten, gaps too
        if (epoch == 3) { // remembered epochs may come from their weights instead
            both.core.recall(past);
        }
        both.core.load(weights);
        const StepResult result = both.core.gradients(both.probes, gradients);
        both.exact.flat = to_float64(weights.flat());
        const AutogradRun::Epoch expected = both.exact.compute();
        both.exact.remember(both.exact.flat);
        past.push_front(weights);
        if (past.size() > static_cast<std::size_t>(both.setup.options.stencil.depth())) {
            past.pop_back();
        }

        EXPECT_NEAR(result.task_loss / expected.task_loss, 1, kTolerance) << at_epoch;
        for (const TensorSpec& spec : weights.layout().tensors()) {
            const at::Tensor part = expected.gradient.narrow(
                0, static_cast<std::int64_t>(spec.offset), static_cast<std::int64_t>(spec.size));
            EXPECT_LE(error_of(gradients.view(spec), part), kTolerance) << spec.name << at_epoch;
        }
        EXPECT_LE(error_of(gradients.flat(), expected.gradient), kTolerance) << "gaps";
        for (std::size_t i = 0; i < both.probes.size(); ++i) {
            const BasicProbeState<double>& probe = both.probes[i];
            AutogradProbe& exact = both.exact.probes[i];
            const double mismatch = result.mismatch[offset_slot(probe.offset)];
            const std::string where = "offset " + std::to_string(probe.offset) + at_epoch;
            EXPECT_EQ(probe.adam_steps, exact.adam.steps) << where;
            if (epoch < std::abs(probe.offset)) {
                EXPECT_TRUE(std::isnan(mismatch)) << where;
                continue;
            }
            EXPECT_NEAR(mismatch / expected.mismatch[i], 1, kTolerance) << where;
            // Adam divides by the root of the gradient's square: where a gradient vanishes, so do
            // the digits of the update.
            EXPECT_LE(error_of(probe.weights, exact.weights), 1e-9) << where;
            if (test.control != Control::kFrozenProbe) {
                EXPECT_LE(error_of(probe.first_moment, exact.adam.m1), kTolerance) << where;
            }
            exact.weights = SideBySide::float64_of(probe.weights); // rounding does not add up
        }
    }
}

std::vector<ProbesCase> cases() {
    std::vector<ProbesCase> all;
    for (const int layers : {1, 2, 3}) {
        for (const Norm norm : {Norm::kNone, Norm::kPre}) {
            for (const Activation activation : {Activation::kRelu, Activation::kGelu}) {
                const ModelShape shape{11,     16,   2,          24,
                                       layers, norm, activation, layers == 2 ? 4 : 3};
                all.push_back({shape, 0});
                if (layers > 1) {
                    all.push_back({shape, static_cast<std::size_t>(layers - 1)});
                }
            }
        }
    }
    constexpr Norm kPre = Norm::kPre;
    constexpr Activation kGelu = Activation::kGelu;
    const ModelShape two{11, 16, 2, 24, 2, kPre, kGelu, 3};
    all.push_back(
        {{11, 16, 2, 24, 3, kPre, kGelu, 3}, 1, {-8, -3, 0, 2, 5}, 6, Control::kNone, 3, 10});
    all.push_back({{59, 70, 1, 70, 2, kPre, kGelu, 3}, 0, {-1, 0, 1}, 65}); // several blocks
    all.push_back({{59, 35, 7, 65, 2, kPre, kGelu, 4}, 1, {-2, 1}, 130});
    all.push_back({{68, 24, 3, 130, 2, Norm::kNone, Activation::kRelu, 3},
                   1,
                   {-1, 0, 1},
                   3,
                   Control::kNone,
                   2}); // slices
    all.push_back({{101, 16, 2, 24, 1, kPre, kGelu, 3},
                   0,
                   {-1, 0, 1},
                   3,
                   Control::kNone,
                   1,
                   2}); // units of several blocks
    all.push_back({{5, 32, 8, 64, 5, kPre, kGelu, 3}, 3, {-1, 1}, 1});
    for (const Control control : {Control::kFrozenProbe, Control::kPermutedTargets,
                                  Control::kInputSide, Control::kTargetSide}) {
        for (const std::size_t layer : {std::size_t{0}, std::size_t{1}}) {
            all.push_back({two, layer, {-1, 0, 1}, 6, control});
        }
    }
    all.push_back({two, 0, {-2, -1}, 6, Control::kPermutedTargets});
    all.push_back(
        {{59, 35, 7, 65, 2, kPre, kGelu, 3}, 1, {-3, 0, 2}, 70, Control::kPermutedTargets});
    all.push_back({two, 0, {-1}, 6, Control::kTargetSide}); // nothing enters the model
    for (const std::size_t layer : {std::size_t{0}, std::size_t{1}}) {
        all.push_back(
            {{59, 35, 7, 65, 2, kPre, kGelu, 3}, layer, {}, 6, Control::kActivationPenalty});
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(Stencils, LayersProbes, testing::ValuesIn(cases()),
                         [](const auto& test) { return name_of(test.param); });

} // namespace
} // namespace grokscope
