// FFTW behind its plan, against the definition summed in double.
#include "engine/analysis/dft_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

namespace grokscope {
namespace {

std::vector<float> gaussian(std::size_t count, std::uint32_t seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) {
        value = normal(generator);
    }
    return values;
}

/// X_k of one signal by its definition.
std::complex<double> naive(const float* signal, int length, int k) {
    std::complex<double> sum;
    for (int x = 0; x < length; ++x) {
        const double angle = -2 * std::numbers::pi * ((k * x) % length) / length;
        sum += static_cast<double>(signal[x]) * std::polar(1.0, angle);
    }
    return sum;
}

class DftPlanLength : public testing::TestWithParam<int> {};

TEST_P(DftPlanLength, AgreesWithTheDefinitionAndLeavesTheInputAlone) {
    const int length = GetParam();
    const SignalBatch batch{.length = length, .count = 7, .distance = length + 3};
    const std::vector<float> in =
        gaussian(static_cast<std::size_t>(7 * (length + 3)), static_cast<std::uint32_t>(length));
    const std::vector<float> before = in;
    const DftPlan plan(batch);
    ASSERT_EQ(plan.coefficients(), static_cast<std::size_t>(length / 2 + 1));
    std::vector<std::complex<float>> out(7 * plan.coefficients());
    plan.execute(in, out);
    EXPECT_EQ(in, before);
    double worst = 0;
    for (int signal = 0; signal < 7; ++signal) {
        for (int k = 0; k <= length / 2; ++k) {
            const auto index = static_cast<std::size_t>(signal) * plan.coefficients() +
                               static_cast<std::size_t>(k);
            const std::complex<double> expected =
                naive(in.data() + signal * batch.distance, length, k);
            worst = std::max(worst, std::abs(std::complex<double>(out[index]) - expected));
        }
    }
    EXPECT_LT(worst, 1e-6 * std::sqrt(static_cast<double>(length)) * 10);
}

INSTANTIATE_TEST_SUITE_P(Lengths, DftPlanLength, testing::Values(1, 2, 5, 12, 97, 113, 128, 251));

TEST(DftPlan, RefusesSizesThatMakeNoSense) {
    EXPECT_THROW(DftPlan({0, 1, 1}), std::invalid_argument);
    EXPECT_THROW(DftPlan({5, 0, 5}), std::invalid_argument);
    EXPECT_THROW(DftPlan({5, 2, 4}), std::invalid_argument);
    const DftPlan plan({5, 2, 5});
    const std::vector<float> in(10);
    std::vector<std::complex<float>> out(6);
    plan.execute(in, out);
    EXPECT_THROW(plan.execute(std::span(in).first(9), out), std::invalid_argument);
    EXPECT_THROW(plan.execute(in, std::span(out).first(5)), std::invalid_argument);
}

TEST(DftPlan, MayBePlannedAndDestroyedOnSeveralThreads) {
    const std::vector<float> in = gaussian(113, 1);
    std::vector<std::complex<float>> expected(57);
    DftPlan({113, 1, 113}).execute(in, expected);
    std::vector<int> wrong(2);
    {
        std::vector<std::jthread> threads;
        for (int& mistakes : wrong) {
            threads.emplace_back([&in, &expected, &mistakes] {
                for (int i = 0; i < 100; ++i) {
                    std::vector<std::complex<float>> out(57);
                    DftPlan({113, 1, 113}).execute(in, out);
                    mistakes += out != expected ? 1 : 0;
                }
            });
        }
    }
    EXPECT_EQ(wrong, (std::vector<int>{0, 0}));
}

} // namespace
} // namespace grokscope
