// R2 and the first half of R8: initial weights and probes against the values of science.md 1.2, 1.4
// and 2.1.
#include "engine/reference/initial_state.h"

#include "engine/model/parameters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

namespace grokscope {
namespace {

constexpr double kValueTolerance = 2e-6;
constexpr double kSumTolerance = 1e-3;

struct Stated {
    Tensor tensor;
    double first, sum_of_squares;
};

RunConfig with_seed(std::uint32_t seed) {
    RunConfig config;
    config.seed = seed;
    return config;
}

TEST(InitialStateTest, GivesTheStatedValuesForSeed999) {
    const TrainingState state = initial_state(with_seed(999));
    const std::array<Stated, 9> stated = {{{Tensor::W_E, -0.0223445, 115.5033},
                                           {Tensor::W_pos, -0.0845191, 3.0633},
                                           {Tensor::W_K, -0.0686999, 129.5724},
                                           {Tensor::W_Q, 0.1001969, 128.3636},
                                           {Tensor::W_V, 0.0746539, 129.3126},
                                           {Tensor::W_O, -0.0993443, 127.3978},
                                           {Tensor::W_in, 0.1128526, 509.8124},
                                           {Tensor::W_out, -0.0256012, 509.1431},
                                           {Tensor::W_U, 0.0181246, 126.9157}}};
    for (const Stated& expected : stated) {
        const std::span<const float> values = state.parameters.view(expected.tensor);
        const std::string_view name = kTensorNames[static_cast<std::size_t>(expected.tensor)];
        EXPECT_NEAR(values[0], expected.first, kValueTolerance) << name;
        EXPECT_NEAR(sum_squares(values), expected.sum_of_squares, kSumTolerance) << name;
    }
    for (const Tensor bias : {Tensor::b_in, Tensor::b_out}) {
        EXPECT_EQ(sum_squares(state.parameters.view(bias)), 0.0);
    }
    EXPECT_NEAR(sum_squares(state.parameters.flat()), 1779.084, kSumTolerance);
}

TEST(InitialStateTest, GivesTheStatedValuesForSeed0) {
    const TrainingState state = initial_state(with_seed(0));
    const std::span<const float> W_E = state.parameters.view(Tensor::W_E);
    EXPECT_NEAR(W_E[0], -0.0995111, kValueTolerance);
    EXPECT_NEAR(W_E[1], -0.1018552, kValueTolerance);
    EXPECT_NEAR(W_E[2], -0.0221482, kValueTolerance);
    EXPECT_NEAR(sum_squares(state.parameters.flat()), 1781.944, kSumTolerance);
}

TEST(InitialStateTest, GivesTheStatedValuesForTransformerLens) {
    const TrainingState state = initial_state(RunConfig::of(Preset::kTransformerLens));
    const std::array<std::pair<Tensor, double>, 9> first = {{{Tensor::W_E, -0.0178756},
                                                             {Tensor::W_pos, -0.0676153},
                                                             {Tensor::W_Q, -0.0549599},
                                                             {Tensor::W_K, 0.0801575},
                                                             {Tensor::W_V, 0.0597231},
                                                             {Tensor::W_O, -0.0794755},
                                                             {Tensor::W_in, 0.0902821},
                                                             {Tensor::W_out, -0.0204810},
                                                             {Tensor::W_U, 0.0136838}}};
    for (const auto& [tensor, value] : first) {
        EXPECT_NEAR(state.parameters.view(tensor)[0], value, kValueTolerance)
            << kTensorNames[static_cast<std::size_t>(tensor)];
    }
    EXPECT_NEAR(sum_squares(state.parameters.flat()), 1129.730, kSumTolerance);
}

TEST(InitialStateTest, CountsTheParametersOfTheDefaultModel) {
    const ParameterLayout layout{ModelShape{}};
    EXPECT_EQ(layout.parameter_count(), 226688U);
    // The biases are frozen in `transformerlens`.
    EXPECT_EQ(layout.parameter_count() - layout.size(Tensor::b_in) - layout.size(Tensor::b_out),
              226048U);
}

struct StatedProbe {
    int offset;
    double W1, b1, W2, b2;
};

TEST(InitialStateTest, GivesTheStatedProbesForSeed999) {
    RunConfig config = with_seed(999);
    config.stencil = Stencil::of({1, -1, 0});
    const TrainingState state = initial_state(config);
    const std::array<StatedProbe, 3> stated = {{{-1, 0.0313916, -0.0527404, 0.0262362, -0.0237360},
                                                {0, -0.0320081, 0.0816046, 0.0186717, 0.0079436},
                                                {1, -0.0184841, 0.0522514, 0.0247950, -0.0067869}}};
    ASSERT_EQ(state.probes.size(), stated.size());
    for (std::size_t i = 0; i < stated.size(); ++i) {
        const ProbeState& probe = state.probes[i];
        EXPECT_EQ(probe.offset, stated.at(i).offset);
        EXPECT_EQ(probe.adam_steps, 0);
        EXPECT_NEAR(probe.weights[probe.layout.W1()], stated.at(i).W1, kValueTolerance);
        EXPECT_NEAR(probe.weights[probe.layout.b1()], stated.at(i).b1, kValueTolerance);
        EXPECT_NEAR(probe.weights[probe.layout.W2()], stated.at(i).W2, kValueTolerance);
        EXPECT_NEAR(probe.weights[probe.layout.b2()], stated.at(i).b2, kValueTolerance);
    }
}

TEST(InitialStateTest, BoundsTheProbesAsPyTorchsLinearDoes) {
    RunConfig config = with_seed(2); // offset -8 wraps below zero
    config.stencil = Stencil::of({-8, 8});
    for (const ProbeState& probe : initial_state(config).probes) {
        const std::span<const float> weights = probe.weights;
        const auto largest = [&](std::size_t begin, std::size_t size) {
            float result = 0;
            for (const float value : weights.subspan(begin, size)) {
                result = std::max(result, std::abs(value));
            }
            return static_cast<double>(result);
        };
        const ProbeLayout& layout = probe.layout;
        const double first_bound = 1 / std::sqrt(128.0);
        EXPECT_LE(largest(layout.W1(), layout.W1_size()), first_bound);
        EXPECT_GE(largest(layout.W1(), layout.W1_size()), 0.999 * first_bound);
        EXPECT_LE(largest(layout.b1(), layout.b1_size()), first_bound);
        EXPECT_GE(largest(layout.b1(), layout.b1_size()), 0.8 * first_bound);
        EXPECT_LE(largest(layout.W2(), layout.W2_size()), 0.125);
        EXPECT_GE(largest(layout.W2(), layout.W2_size()), 0.125 * 0.999);
        EXPECT_LE(largest(layout.b2(), layout.b2_size()), 0.125);
        EXPECT_GE(largest(layout.b2(), layout.b2_size()), 0.125 * 0.95);
    }
}

/// CRC-32 of the bits of all tensors, one behind the other.
std::uint32_t checksum(const Parameters& parameters) {
    std::uint32_t crc = 0xffffffffU;
    for (const TensorSpec& tensor : parameters.layout().tensors()) {
        for (const std::byte byte : std::as_bytes(parameters.view(tensor))) {
            crc ^= static_cast<std::uint32_t>(byte);
            for (int bit = 0; bit < 8; ++bit) {
                crc = (crc >> 1U) ^ (0xedb88320U & (0U - (crc & 1U)));
            }
        }
    }
    return ~crc;
}

/// The small model of the oracle: reference_lab.py --p 11 --frac .5 --d-model 32 --heads 4 --d-mlp
/// 64 --epochs 1 --dump-init F.
RunConfig small_model(int layers) {
    RunConfig config = with_seed(999);
    config.p = 11;
    config.train_fraction = 0.5;
    config.d_model = 32;
    config.heads = 4;
    config.d_mlp = 64;
    config.layers = layers;
    return config;
}

TEST(InitialStateTest, HasTheOraclesBitsForSeveralLayers) {
    RunConfig two = small_model(2); // --layers 2 --norm pre --activation gelu
    two.norm = Norm::kPre;
    two.activation = Activation::kGelu;
    const TrainingState normed = initial_state(two);
    EXPECT_EQ(normed.parameters.layout().parameter_count(), 17728U);
    EXPECT_EQ(checksum(normed.parameters), 0x61ce955aU);
    const TrainingState plain = initial_state(small_model(3)); // --layers 3
    EXPECT_EQ(plain.parameters.layout().parameter_count(), 25696U);
    EXPECT_EQ(checksum(plain.parameters), 0x1e56223cU);
}

TEST(InitialStateTest, ScalesEveryMatrixAndNoProbe) {
    RunConfig config = with_seed(5);
    config.stencil = Stencil::of({0});
    const TrainingState plain = initial_state(config);
    config.init_scale = 2; // a power of two, so that scaling is exact
    const TrainingState scaled = initial_state(config);
    ASSERT_GT(sum_squares(plain.parameters.flat()), 0.0);
    for (std::size_t i = 0; i < plain.parameters.flat().size(); ++i) {
        ASSERT_EQ(scaled.parameters.flat()[i], 2 * plain.parameters.flat()[i]) << i;
    }
    EXPECT_EQ(scaled.probes[0].weights, plain.probes[0].weights);
}

TEST(InitialStateTest, KeepsTheWeightsWhenAStencilIsAdded) {
    RunConfig config = with_seed(4);
    const TrainingState baseline = initial_state(config);
    config.stencil = Stencil::of({-1, 1});
    const TrainingState paired = initial_state(config);
    EXPECT_TRUE(std::ranges::equal(baseline.parameters.flat(), paired.parameters.flat()));
    EXPECT_EQ(paired.epoch, 0);
    EXPECT_TRUE(paired.previous.empty());
}

TEST(InitialStateTest, RefusesAConfigurationWithMistakes) {
    RunConfig config;
    config.heads = 5;
    EXPECT_THROW((void)initial_state(config), std::invalid_argument);
}

} // namespace
} // namespace grokscope
