// Ends of spectra and traces that are known (science.md 6.4).
#include "engine/analysis/lanczos.h"

#include "engine/task/mersenne_twister.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace grokscope {
namespace {

/// diag(entries).
SymmetricMap diagonal(std::vector<double> entries) {
    return [entries = std::move(entries)](std::span<const double> v, std::span<double> out) {
        for (std::size_t i = 0; i < v.size(); ++i) {
            out[i] = entries[i] * v[i];
        }
    };
}

std::vector<double> one_to_fifty() {
    std::vector<double> entries(50);
    std::iota(entries.begin(), entries.end(), 1.0);
    return entries;
}

TEST(Lanczos, FindsBothEndsOfOneToFifty) {
    const SpectrumEnds ends = lanczos(diagonal(one_to_fifty()), std::vector<double>(50, 1.0), 50);
    EXPECT_NEAR(ends.largest.value, 50, 1e-8);
    EXPECT_NEAR(ends.smallest.value, 1, 1e-8);
    EXPECT_NEAR(std::abs(ends.largest.vector[49]), 1, 1e-8);
    EXPECT_LT(ends.largest.residual, 1e-6);
}

TEST(Lanczos, StaysBelowTheLargestAndSaysHowFar) {
    for (const int steps : {5, 10, 20, 30}) {
        const SpectrumEnds ends =
            lanczos(diagonal(one_to_fifty()), std::vector<double>(50, 1.0), steps);
        EXPECT_LT(ends.largest.value, 50 + 1e-9) << steps;
        EXPECT_GT(ends.smallest.value, 1 - 1e-9) << steps;
        EXPECT_LE(50 - ends.largest.value, ends.largest.residual + 1e-9) << steps;
    }
}

TEST(Lanczos, FindsTheMostNegativeToo) {
    const SpectrumEnds ends = lanczos(diagonal({3, -7, 0, 0, 0, 1}), {1, 1, 1, 1, 1, 1}, 20);
    EXPECT_NEAR(ends.largest.value, 3, 1e-10);
    EXPECT_NEAR(ends.smallest.value, -7, 1e-10);
}

TEST(Lanczos, OfAQuadraticLossIsExact) {
    // 1/2 w^T H w with H = Q diag Q^T of a turn by 0.3 in the first two coordinates.
    const double c = std::cos(0.3);
    const double s = std::sin(0.3);
    const SymmetricMap hessian = [=](std::span<const double> v, std::span<double> out) {
        const double x = c * v[0] + s * v[1];
        const double y = -s * v[0] + c * v[1];
        out[0] = c * 9 * x - s * 2 * y;
        out[1] = s * 9 * x + c * 2 * y;
        out[2] = 0.5 * v[2];
    };
    const SpectrumEnds ends = lanczos(hessian, {1, 0.2, -1}, 3);
    EXPECT_NEAR(ends.largest.value, 9, 1e-12);
    EXPECT_NEAR(ends.smallest.value, 0.5, 1e-12);
    EXPECT_NEAR(std::abs(ends.largest.vector[0]), c, 1e-10);
    EXPECT_NEAR(std::abs(ends.largest.vector[1]), s, 1e-10);
}

TEST(Lanczos, StopsInAnInvariantSpace) {
    int products = 0;
    const SymmetricMap counted = [&](std::span<const double> v, std::span<double> out) {
        ++products;
        diagonal({4, 1, 9})(v, out);
    };
    const SpectrumEnds ends = lanczos(counted, {2, 0, 0}, 30);
    EXPECT_EQ(products, 1);
    EXPECT_DOUBLE_EQ(ends.largest.value, 4);
    EXPECT_EQ(lanczos(diagonal({0, 0, 0}), {1, 1, 1}, 30).largest.value, 0);
}

TEST(Lanczos, RefusesAStartWithoutDirection) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW((void)lanczos(diagonal({1, 2}), {0, 0}, 5), std::invalid_argument);
    EXPECT_THROW((void)lanczos(diagonal({1, 2}), {nan, 0}, 5), std::invalid_argument);
    EXPECT_THROW((void)lanczos(diagonal({1, 2}), {1, 1}, 0), std::invalid_argument);
}

TEST(Hutchinson, IsExactForADiagonalAndHonestForTheRest) {
    PythonRandom random(3);
    const auto signs = [&](std::span<double> z) {
        for (double& value : z) {
            value = (random.next32() >> 31U) != 0 ? 1 : -1;
        }
    };
    const TraceEstimate exact = hutchinson(diagonal(one_to_fifty()), 50, 30, signs);
    EXPECT_NEAR(exact.trace, 1275, 1e-9);
    EXPECT_NEAR(exact.error, 0, 1e-9);
    // Ones everywhere: trace 200, z^T A z = (sum of 200 signs)^2, whose variance is 2 * 200 * 199.
    const SymmetricMap ones = [](std::span<const double> v, std::span<double> out) {
        std::ranges::fill(out, std::accumulate(v.begin(), v.end(), 0.0));
    };
    const TraceEstimate many = hutchinson(ones, 200, 4000, signs);
    EXPECT_NEAR(many.error, std::sqrt(2.0 * 200 * 199 / 4000), 0.3);
    EXPECT_NEAR(many.trace, 200, 4 * many.error);
    EXPECT_THROW((void)hutchinson(ones, 200, 1, signs), std::invalid_argument);
}

TEST(Hutchinson, DrawsOnlyWhatLanczosHasNotSeen) {
    PythonRandom random(5);
    const auto signs = [&](std::span<double> z) {
        for (double& value : z) {
            value = (random.next32() >> 31U) != 0 ? 1 : -1;
        }
    };
    // 1 to 50 on the diagonal and ones everywhere, a hundred times: one eigenvalue is near 5,000.
    const std::vector<double> diagonal_part = one_to_fifty();
    const SymmetricMap map = [&](std::span<const double> v, std::span<double> out) {
        const double sum = 100 * std::accumulate(v.begin(), v.end(), 0.0);
        for (std::size_t i = 0; i < v.size(); ++i) {
            out[i] = diagonal_part[i] * v[i] + sum;
        }
    };
    constexpr double kTrace = 1275 + 100 * 50;
    std::vector<double> start(50);
    signs(start);
    const KrylovSpace six = lanczos(map, start, 6).space;
    const TraceEstimate blind = hutchinson(map, 50, 400, signs);
    const TraceEstimate knowing = hutchinson(map, 50, 400, signs, six);
    EXPECT_LT(knowing.error, 0.02 * blind.error);
    EXPECT_NEAR(knowing.trace, kTrace, 4 * knowing.error);
    EXPECT_GT(knowing.error, 0.1) << "most of the diagonal is still drawn";
    const TraceEstimate all = hutchinson(map, 50, 2, signs, lanczos(map, start, 50).space);
    EXPECT_NEAR(all.trace, kTrace, 1e-6) << "nothing is left to draw";
    EXPECT_NEAR(all.error, 0, 1e-6);
}

} // namespace
} // namespace grokscope
