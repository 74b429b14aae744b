// Neurons of a model that is built for one frequency, with phases that are known.
#include "engine/protocol/group_index.h"
#include "tests/inspect/naive_ablation.h"
#include "tests/lab/read_instrument.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace grokscope {
namespace {

using test::read;
using test::small_config;
using test::values_of;

constexpr int kFrequency = 5;

/// Attends to all three tokens alike and adds them; neuron j takes cos(w u + phase_j) +
/// cos(w v + phase_j), never below zero, and writes cos(w c + 2 phase_j + off), u, v and c in the
/// group's index.
Parameters clockwork(const RunConfig& config, double off) {
    Parameters weights(ModelShape::of(config));
    const GroupIndex group(config.operation, config.p);
    const auto p = static_cast<std::size_t>(config.p);
    const std::size_t d = 32;
    const std::size_t neurons = 64;
    const auto W_E = weights.view(Tensor::W_E); // [d, p + 1]
    const auto W_U = weights.view(Tensor::W_U); // [d, p]
    for (int i = 0; i < group.order(); ++i) {
        const double angle = 2 * std::numbers::pi * kFrequency * i / group.order();
        const auto number = static_cast<std::size_t>(group.element(i));
        W_E[number] = W_U[number] = static_cast<float>(std::cos(angle));
        W_E[p + 1 + number] = W_U[p + number] = static_cast<float>(std::sin(angle));
    }
    for (std::size_t i = 0; i < d; ++i) {
        weights.view(Tensor::W_V)[i * d + i] = 1;
        weights.view(Tensor::W_O)[i * d + i] = 1;
    }
    for (std::size_t j = 0; j < neurons; ++j) {
        const double phase = 0.1 * static_cast<double>(j);
        const auto W_in = weights.view(Tensor::W_in);   // [neurons, d]
        const auto W_out = weights.view(Tensor::W_out); // [d, neurons]
        W_in[j * d] = static_cast<float>(std::cos(phase));
        W_in[j * d + 1] = static_cast<float>(-std::sin(phase));
        W_out[j] = static_cast<float>(std::cos(2 * phase + off));
        W_out[neurons + j] = static_cast<float>(-std::sin(2 * phase + off));
        weights.view(Tensor::b_in)[j] = 1;
    }
    return weights;
}

TEST(Features, ReadsThePhasesOfNeuronsThatAreClocks) {
    for (const Operation operation : {Operation::kAdd, Operation::kMultiply}) {
        RunConfig config = small_config(29);
        config.operation = operation;
        for (const double off : {0.0, 0.7, -2.5}) {
            const auto figures = read("features", config, 2, clockwork(config, off));
            EXPECT_NEAR(values_of(figures, "phase_error")[0], std::abs(off), 1e-4);
            EXPECT_NEAR(values_of(figures, "phase_difference")[0], 0, 1e-4);
            EXPECT_EQ(values_of(figures, "phase_neurons")[0], 64);
            EXPECT_NEAR(values_of(figures, "dominant_share")[0], 1, 1e-5);
            const std::vector<double> shares = values_of(figures, "frequency_share");
            ASSERT_EQ(shares.size(), 14U);
            for (std::size_t i = 0; i < shares.size(); ++i) {
                EXPECT_NEAR(shares[i], i + 1 == kFrequency ? 1 : 0, 1e-5) << i + 1;
            }
        }
    }
}

TEST(Features, ANeuronThatIsNoWaveHasNoPhase) {
    const RunConfig config = small_config(29);
    const auto figures =
        read("features", config, 1, test::random_parameters(ModelShape::of(config)));
    EXPECT_EQ(values_of(figures, "phase_neurons")[0], 0);
    EXPECT_TRUE(std::isnan(values_of(figures, "phase_error")[0]));
    double sum = 0;
    for (const double share : values_of(figures, "frequency_share")) {
        EXPECT_GT(share, 0);
        sum += share;
    }
    EXPECT_LT(sum, 1) << "products of two frequencies belong to none";
    EXPECT_GT(values_of(figures, "dominant_share")[0], sum / 14);
}

TEST(Features, AreMissingWithoutAGroup) {
    RunConfig config = small_config(28);
    config.operation = Operation::kMultiply;
    const auto figures =
        read("features", config, 1, test::random_parameters(ModelShape::of(config)));
    EXPECT_TRUE(std::isnan(values_of(figures, "dominant_share")[0]));
    EXPECT_TRUE(values_of(figures, "frequency_share").empty());
}

TEST(Features, AModelWhoseNeuronsAreAllDeadHasNoShares) {
    const RunConfig config = small_config(29);
    const auto figures = read("features", config, 1, Parameters(ModelShape::of(config)));
    EXPECT_TRUE(std::isnan(values_of(figures, "dominant_share")[0]));
    EXPECT_TRUE(std::isnan(values_of(figures, "frequency_share").front()));
}

} // namespace
} // namespace grokscope
