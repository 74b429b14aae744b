// The embedding loses what it is to lose, and nothing else.
#include "engine/protocol/group_index.h"
#include "tests/optim/rule_stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace grokscope {
namespace {

using store_test::small_config;

/// The share of each frequency in the rows of W_E, in the index of the operation's group.
std::vector<double> power_by_frequency(const Parameters& parameters, const GroupIndex& group) {
    const auto p = static_cast<std::size_t>(parameters.layout().shape().p);
    const auto d = static_cast<std::size_t>(parameters.layout().shape().d);
    std::vector<double> power(static_cast<std::size_t>(group.order() / 2) + 1);
    for (std::size_t row = 0; row < d; ++row) {
        const auto values = parameters.view(Tensor::W_E).subspan(row * (p + 1), p);
        for (std::size_t k = 0; k < power.size(); ++k) {
            double cosine = 0;
            double sine = 0;
            for (int i = 0; i < group.order(); ++i) {
                const double angle =
                    2 * 3.14159265358979323846 * static_cast<double>(k) * i / group.order();
                cosine += values[static_cast<std::size_t>(group.element(i))] * std::cos(angle);
                sine += values[static_cast<std::size_t>(group.element(i))] * std::sin(angle);
            }
            power[k] += cosine * cosine + sine * sine;
        }
    }
    return power;
}

TEST(FourierSurgeryRule, TakesItsFrequenciesOutAndNothingElse) {
    struct Case {
        Operation operation;
        int p;
        std::vector<int> out;
    };
    for (const Case& one :
         {Case{Operation::kAdd, 7, {2}}, Case{Operation::kAdd, 8, {1, 4}},
          Case{Operation::kMultiply, 7, {3}}, Case{Operation::kDivide, 11, {1, 5}}}) {
        RunConfig config = small_config();
        config.operation = one.operation;
        config.p = one.p;
        config.without_frequencies = FrequencySet::of(one.out);
        ASSERT_TRUE(config.validate().empty());
        Stage stage(make_fourier_surgery, config);
        const Parameters before = stage.parameters;
        stage.apply();
        const GroupIndex group(config.operation, config.p);
        const auto was = power_by_frequency(before, group);
        const auto is = power_by_frequency(stage.parameters, group);
        for (std::size_t k = 0; k < was.size(); ++k) {
            if (config.without_frequencies.contains(static_cast<int>(k))) {
                EXPECT_LT(is[k], 1e-10 * was[k]) << "p " << config.p << ", k " << k;
            } else {
                EXPECT_NEAR(is[k] / was[k], 1, 1e-5) << "p " << config.p << ", k " << k;
            }
        }
        for (std::size_t i = 0; i < kTensorCount; ++i) {
            const auto tensor = static_cast<Tensor>(i);
            EXPECT_EQ(std::ranges::equal(stage.parameters.view(tensor), before.view(tensor)),
                      tensor != Tensor::W_E);
        }
        const auto columns = static_cast<std::size_t>(config.p) + 1;
        for (std::size_t row = 0; row < 32; ++row) { // of no number: '=', and 0 where it is outside
            const std::size_t equals = row * columns + columns - 1;
            EXPECT_EQ(stage.parameters.view(Tensor::W_E)[equals], before.view(Tensor::W_E)[equals]);
            if (one.operation != Operation::kAdd) {
                EXPECT_EQ(stage.parameters.view(Tensor::W_E)[row * columns],
                          before.view(Tensor::W_E)[row * columns]);
            }
        }
    }
}

} // namespace
} // namespace grokscope
