// Two-dimensional spectra against their definition, and of noise.
#include "engine/analysis/spectrum2d.h"

#include "engine/analysis/concentration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <stdexcept>
#include <vector>

namespace grokscope {
namespace {

std::vector<float> noise(std::size_t size, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(size);
    std::ranges::generate(values, [&] { return normal(generator); });
    return values;
}

double naive(const std::vector<float>& matrix, std::size_t rows, std::size_t columns, std::size_t u,
             std::size_t v) {
    std::complex<double> sum = 0;
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            const double turns = static_cast<double>(u * r) / static_cast<double>(rows) +
                                 static_cast<double>(v * c) / static_cast<double>(columns);
            sum += static_cast<double>(matrix[r * columns + c]) *
                   std::polar(1.0, -2 * std::numbers::pi * turns);
        }
    }
    return std::abs(sum);
}

TEST(Spectrum2d, IsTheWholeTransform) {
    for (const auto& [rows, columns] :
         std::vector<std::pair<std::size_t, std::size_t>>{{5, 7}, {6, 4}, {1, 5}, {5, 1}, {2, 2}}) {
        const std::vector<float> matrix = noise(rows * columns, 3);
        const std::vector<float> found = amplitudes_2d(matrix, rows, columns);
        ASSERT_EQ(found.size(), matrix.size());
        for (std::size_t u = 0; u < rows; ++u) {
            for (std::size_t v = 0; v < columns; ++v) {
                EXPECT_NEAR(found[u * columns + v], naive(matrix, rows, columns, u, v), 2e-5)
                    << rows << " x " << columns << " at " << u << ", " << v;
            }
        }
    }
}

TEST(Spectrum2d, OneWaveHasOnePairOfEntries) {
    std::vector<float> wave(32 * 13);
    for (std::size_t r = 0; r < 32; ++r) {
        for (std::size_t c = 0; c < 13; ++c) {
            wave[r * 13 + c] = static_cast<float>(
                std::cos(2 * std::numbers::pi * (5.0 * static_cast<double>(c) / 13)));
        }
    }
    std::vector<float> power = amplitudes_2d(wave, 32, 13);
    std::ranges::transform(power, power.begin(), [](float one) { return one * one; });
    EXPECT_NEAR(gini(power), 1 - 2.0 / (32 * 13), 1e-4);
    EXPECT_NEAR(inverse_participation_ratio(power), 0.5, 1e-6);
}

TEST(Spectrum2d, NoiseIsAsItsDistributionSays) {
    // Exponential power: Gini 1/2, IPR 24/4 over m; Rayleigh amplitudes: 1 - 1/sqrt 2, 2 over m.
    constexpr double kEntries = 97 * 128;
    std::vector<float> spectrum = amplitudes_2d(noise(97 * 128, 11), 97, 128);
    EXPECT_NEAR(gini(spectrum), 1 - 1 / std::sqrt(2.0), 0.006);
    EXPECT_NEAR(inverse_participation_ratio(spectrum) * kEntries, 2, 0.06);
    std::ranges::transform(spectrum, spectrum.begin(), [](float one) { return one * one; });
    EXPECT_NEAR(gini(spectrum), 0.5, 0.01);
    EXPECT_NEAR(inverse_participation_ratio(spectrum) * kEntries, 6, 0.6);
}

TEST(Spectrum2d, RefusesWhatDoesNotFit) {
    EXPECT_THROW((void)amplitudes_2d(std::vector<float>(6), 2, 4), std::invalid_argument);
    EXPECT_THROW((void)amplitudes_2d({}, 0, 4), std::invalid_argument);
}

} // namespace
} // namespace grokscope
