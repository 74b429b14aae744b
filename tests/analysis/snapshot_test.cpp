// The record of the weights: shapes, transposition, and both spectra from first principles.
#include "engine/analysis/snapshot.h"

#include "tests/analysis/fourier_basis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace grokscope {
namespace {

Parameters random_parameters(const ModelShape& shape) {
    Parameters parameters(shape);
    std::mt19937 generator(3);
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        for (float& value : parameters.view(static_cast<Tensor>(i))) {
            value = normal(generator);
        }
    }
    return parameters;
}

class SnapshotOf : public testing::TestWithParam<int> {};

TEST_P(SnapshotOf, HoldsEmbeddingAndSpectraOfTheWeights) {
    const ModelShape shape{.p = GetParam(), .d = 32, .heads = 4, .d_mlp = 64};
    const auto p = static_cast<std::size_t>(shape.p);
    const auto d = static_cast<std::size_t>(shape.d);
    const Parameters parameters = random_parameters(shape);
    const Snapshot snapshot = make_snapshot(RunConfig{}, parameters);

    EXPECT_EQ(snapshot.p, shape.p);
    EXPECT_EQ(snapshot.d_model, shape.d);
    ASSERT_EQ(snapshot.embedding.size(), p * d);
    const auto W_E = parameters.view(Tensor::W_E);
    for (std::size_t x = 0; x < p; ++x) {
        for (std::size_t i = 0; i < d; ++i) {
            ASSERT_EQ(snapshot.embedding[x * d + i], W_E[i * (p + 1) + x]);
        }
    }
    EXPECT_DOUBLE_EQ(snapshot.weight_sum_squares, sum_squares(parameters.flat()));

    // W_L = W_U^T W_out, [p, d_mlp], summed in double.
    const auto m = static_cast<std::size_t>(shape.d_mlp);
    const auto W_U = parameters.view(Tensor::W_U);
    const auto W_out = parameters.view(Tensor::W_out);
    std::vector<double> W_L(p * m);
    for (std::size_t x = 0; x < p; ++x) {
        for (std::size_t j = 0; j < m; ++j) {
            for (std::size_t i = 0; i < d; ++i) {
                W_L[x * m + j] += static_cast<double>(W_U[i * p + x]) * W_out[i * m + j];
            }
        }
    }
    const std::vector<double> F = test::fourier_basis(shape.p);
    // Norm of row r of F times a matrix given by its element function.
    const auto row_norm = [&](std::size_t r, std::size_t columns, auto element) {
        double norm = 0;
        for (std::size_t column = 0; column < columns; ++column) {
            double product = 0;
            for (std::size_t x = 0; x < p; ++x) {
                product += F[r * p + x] * element(x, column);
            }
            norm += product * product;
        }
        return norm;
    };
    const auto of_E = [&](std::size_t x, std::size_t i) {
        return static_cast<double>(snapshot.embedding[x * d + i]);
    };
    const auto of_W_L = [&](std::size_t x, std::size_t j) { return W_L[x * m + j]; };

    EXPECT_NEAR(snapshot.spectrum_mean, std::sqrt(row_norm(0, d, of_E)), 1e-4);
    ASSERT_EQ(snapshot.spectrum.size(), p / 2);
    ASSERT_EQ(snapshot.logit_spectrum.size(), p / 2);
    for (std::size_t k = 1; k <= p / 2; ++k) {
        double in_E = 0;
        double in_W_L = 0;
        for (const std::size_t row : test::rows_of_frequency(static_cast<int>(k), shape.p)) {
            in_E += row_norm(row, d, of_E);
            in_W_L += row_norm(row, m, of_W_L);
        }
        EXPECT_NEAR(snapshot.spectrum[k - 1] / std::sqrt(in_E), 1, 1e-5) << "k = " << k;
        EXPECT_NEAR(snapshot.logit_spectrum[k - 1] / std::sqrt(in_W_L), 1, 1e-5) << "k = " << k;
    }
}

INSTANTIATE_TEST_SUITE_P(Moduli, SnapshotOf, testing::Values(5, 8, 12, 113));

} // namespace
} // namespace grokscope
