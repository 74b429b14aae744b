// Basis and amplitudes of science.md 3.1 (reference numbers R10).
#include "engine/analysis/spectrum.h"

#include "engine/analysis/concentration.h"
#include "engine/analysis/waves.h"
#include "engine/protocol/frequencies.h"
#include "tests/analysis/fourier_basis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

namespace grokscope {
namespace {

/// Y [p, columns], stored column by column as the plan wants it.
std::vector<float> gaussian_columns(int p, int columns) {
    std::mt19937 generator(5);
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(p * columns));
    for (float& value : values) {
        value = normal(generator);
    }
    return values;
}

class SpectrumOf : public testing::TestWithParam<int> {};

TEST_P(SpectrumOf, BasisIsOrthonormal) {
    const int p = GetParam();
    const auto size = static_cast<std::size_t>(p);
    const std::vector<double> F = test::fourier_basis(p);
    ASSERT_EQ(F.size(), size * size);
    double worst = 0;
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = 0; j < size; ++j) {
            double product = 0;
            for (std::size_t x = 0; x < size; ++x) {
                product += F[i * size + x] * F[j * size + x];
            }
            worst = std::max(worst, std::abs(product - (i == j ? 1 : 0)));
        }
    }
    EXPECT_LT(worst, 1e-6);
}

TEST_P(SpectrumOf, WavesAreTheRowsOfTheBasis) {
    const int p = GetParam();
    const auto size = static_cast<std::size_t>(p);
    const std::vector<double> F = test::fourier_basis(p);
    const Waves waves(p);
    double worst = 0;
    for (int k = 1; k <= largest_frequency(p); ++k) {
        for (int x = 0; x < p; ++x) {
            const double norm = std::sqrt(static_cast<double>(frequency_dimensions(k, p)) / p);
            const std::vector<std::size_t> rows = test::rows_of_frequency(k, p);
            const auto column = static_cast<std::size_t>(x);
            worst = std::max(worst,
                             std::abs(norm * waves.cosine(k, x) - F[rows.front() * size + column]));
            const double sine = rows.size() == 2 ? F[rows.back() * size + column] : 0;
            worst = std::max(worst, std::abs(norm * waves.sine(k, x) - sine));
        }
    }
    EXPECT_LT(worst, 1e-12);
}

TEST_P(SpectrumOf, AmplitudesAreNormsOfTheProjectionsOnTheBasis) {
    const int p = GetParam();
    const auto size = static_cast<std::size_t>(p);
    constexpr int kColumns = 9;
    const std::vector<float> Y = gaussian_columns(p, kColumns);
    const Spectrum result =
        spectrum(GroupTransform(GroupIndex(Operation::kAdd, p), kColumns, p), Y);
    ASSERT_EQ(result.amplitudes.size(), size / 2);

    const std::vector<double> F = test::fourier_basis(p);
    std::vector<double> row_norms(size); // squared, of F Y
    for (std::size_t row = 0; row < size; ++row) {
        for (int column = 0; column < kColumns; ++column) {
            double product = 0;
            for (std::size_t x = 0; x < size; ++x) {
                product += F[row * size + x] * Y[static_cast<std::size_t>(column) * size + x];
            }
            row_norms[row] += product * product;
        }
    }
    EXPECT_NEAR(result.mean, std::sqrt(row_norms[0]), 1e-5);
    for (int k = 1; k <= largest_frequency(p); ++k) {
        double expected = 0;
        for (const std::size_t row : test::rows_of_frequency(k, p)) {
            expected += row_norms[row];
        }
        EXPECT_NEAR(result.amplitudes[static_cast<std::size_t>(k - 1)], std::sqrt(expected), 1e-5)
            << "k = " << k;
    }
}

TEST_P(SpectrumOf, SquaresSumToTheSizeOfTheMatrix) {
    const int p = GetParam();
    constexpr int kColumns = 128;
    const std::vector<float> Y = gaussian_columns(p, kColumns);
    const Spectrum result =
        spectrum(GroupTransform(GroupIndex(Operation::kAdd, p), kColumns, p), Y);
    double of_matrix = 0;
    for (const float value : Y) {
        of_matrix += static_cast<double>(value) * value;
    }
    double of_spectrum = result.mean * result.mean;
    for (const float amplitude : result.amplitudes) {
        of_spectrum += static_cast<double>(amplitude) * amplitude;
    }
    EXPECT_NEAR(of_spectrum / of_matrix, 1, 1e-5);
}

TEST_P(SpectrumOf, PureCosineHasOneAmplitudeWhateverItsPhase) {
    const int p = GetParam();
    const int k = 3 % (largest_frequency(p) + 1);
    constexpr int kColumns = 4;
    std::vector<float> Y;
    for (int column = 0; column < kColumns; ++column) {
        for (int x = 0; x < p; ++x) {
            const double angle = 2 * std::numbers::pi * k * x / p + column;
            Y.push_back(static_cast<float>(0.5 * std::cos(angle)));
        }
    }
    const Spectrum result =
        spectrum(GroupTransform(GroupIndex(Operation::kAdd, p), kColumns, p), Y);
    EXPECT_NEAR(result.mean, 0, 1e-5);
    for (std::size_t i = 0; i < result.amplitudes.size(); ++i) {
        // Each column adds 0.25 p/2 to the squared norm.
        const double expected =
            i + 1 == static_cast<std::size_t>(k) ? std::sqrt(kColumns * 0.125 * p) : 0;
        EXPECT_NEAR(result.amplitudes[i], expected, 2e-5) << "k = " << i + 1;
    }
}

INSTANTIATE_TEST_SUITE_P(Moduli, SpectrumOf, testing::Values(8, 10, 12, 22, 58, 97, 113));

TEST(Spectrum, EvenModulusHasAnAlternatingTerm) {
    constexpr int kP = 12;
    std::vector<float> alternating;
    for (int x = 0; x < kP; ++x) {
        alternating.push_back(x % 2 == 0 ? 2.0F : -2.0F);
    }
    const Spectrum result =
        spectrum(GroupTransform(GroupIndex(Operation::kAdd, kP), 1, kP), alternating);
    ASSERT_EQ(result.amplitudes.size(), 6U); // k = 1..5 and the alternating one
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_NEAR(result.amplitudes[i], 0, 1e-6);
    }
    EXPECT_NEAR(result.amplitudes[5], 2 * std::sqrt(12.0), 1e-5);
}

TEST(Spectrum, ConstantIsAllMean) {
    const std::vector<float> constant(113, -3.0F);
    const Spectrum result =
        spectrum(GroupTransform(GroupIndex(Operation::kAdd, 113), 1, 113), constant);
    EXPECT_NEAR(result.mean, 3 * std::sqrt(113.0), 1e-4);
    for (const float amplitude : result.amplitudes) {
        EXPECT_NEAR(amplitude, 0, 1e-5);
    }
}

/// One character of the products modulo p as two columns, its cosine and its sine over the numbers
/// 0..p-1, [2, p]: zero at 0.
std::vector<float> character(int index, int p) {
    const GroupIndex group(Operation::kMultiply, p);
    std::vector<float> rows(2 * static_cast<std::size_t>(p));
    for (int i = 0; i < group.order(); ++i) {
        const double angle = 2 * std::numbers::pi * index * i / group.order();
        const auto number = static_cast<std::size_t>(group.element(i));
        rows[number] = static_cast<float>(std::cos(angle));
        rows[static_cast<std::size_t>(p) + number] = static_cast<float>(std::sin(angle));
    }
    return rows;
}

TEST(Spectrum, OfAPerfectClockOfProductsIsFlatInPlainOrderAndOneLineInItsIndex) {
    constexpr int kP = 113;
    for (const int index : {1, 5, 20, 55}) {
        const std::vector<float> rows = character(index, kP);
        // Gauss sums all have the length sqrt(p).
        const Spectrum plain =
            spectrum(GroupTransform(GroupIndex(Operation::kAdd, kP), 2, kP), rows);
        ASSERT_EQ(plain.amplitudes.size(), 56U);
        for (const float amplitude : plain.amplitudes) {
            EXPECT_NEAR(amplitude, std::sqrt(2), 1e-5);
        }
        EXPECT_NEAR(gini(plain.amplitudes), 0, 1e-5);
        const Spectrum own =
            spectrum(GroupTransform(GroupIndex(Operation::kMultiply, kP), 2, kP), rows);
        ASSERT_EQ(own.amplitudes.size(), 56U);
        for (int k = 1; k <= 56; ++k) {
            EXPECT_NEAR(own.amplitudes[static_cast<std::size_t>(k - 1)],
                        k == index ? std::sqrt(112) : 0, 1e-4);
        }
        // Of an even index the plain waves are cosines, of an odd one sines.
        const DftPlan plan({kP, 2, kP});
        std::vector<std::complex<float>> transformed(2 * plan.coefficients());
        plan.execute(rows, transformed);
        for (const std::complex<float>& value : transformed) {
            EXPECT_NEAR(index % 2 == 0 ? value.imag() : value.real(), 0, 1e-4);
        }
    }
}

TEST(Spectrum, OfTheLegendreSymbolIsFlatInPlainOrder) {
    const std::vector<float> rows = character(56, 113); // the alternating one
    const Spectrum plain = spectrum(GroupTransform(GroupIndex(Operation::kAdd, 113), 2, 113), rows);
    for (const float amplitude : plain.amplitudes) {
        EXPECT_NEAR(amplitude, std::sqrt(2), 1e-5);
    }
}

TEST(Spectrum, LeavesOutNumbersOutsideTheGroupAndFurtherColumns) {
    const GroupTransform transform(GroupIndex(Operation::kDivide, 5), 1, 6);
    // 0 and '=' are far from zero; the others, 1 2 4 3 in order, alternate.
    const std::array<float, 6> row{90, 1, -1, -1, 1, 70};
    const Spectrum result = spectrum(transform, row);
    ASSERT_EQ(result.amplitudes.size(), 2U);
    EXPECT_NEAR(result.mean, 0, 1e-6);
    EXPECT_NEAR(result.amplitudes[0], 0, 1e-6);
    EXPECT_NEAR(result.amplitudes[1], 2, 1e-6);
    EXPECT_TRUE(spectrum(GroupTransform(GroupIndex(Operation::kMultiply, 12), 1, 12),
                         std::array<float, 12>{})
                    .amplitudes.empty());
}

} // namespace
} // namespace grokscope
