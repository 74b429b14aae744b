#include "engine/analysis/progress.h"

#include "engine/compute/worker_pool.h"
#include "engine/model/step.h"
#include "tests/analysis/ideal_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <stdexcept>

namespace grokscope {
namespace {

constexpr int kProgressP = 29;
constexpr int kNeurons = 64;

/// A step whose activations are given: logits of ideal clocks, neurons of one frequency each.
class GivenStep : public Step {
public:
    explicit GivenStep(std::vector<int> keys, Operation operation = Operation::kAdd)
        : keys_(std::move(keys)), group_(operation, kProgressP),
          logits_(test::ideal_clock_logits(group_, keys_, 3)) {}

    void load(const Parameters&) override {}
    StepResult gradients(std::span<ProbeState>, Gradients&) override {
        throw std::logic_error("measuring must not train");
    }
    Evaluation evaluate(const PairSet&) override {
        throw std::logic_error("measuring does not evaluate");
    }
    void logits(std::span<const Pair> pairs, std::span<float> out) override {
        ASSERT_EQ(out.size(), pairs.size() * kProgressP);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const auto row = static_cast<std::size_t>(pairs[i].a * kProgressP + pairs[i].b);
            std::copy_n(logits_.begin() + static_cast<std::ptrdiff_t>(row * kProgressP), kProgressP,
                        out.begin() + static_cast<std::ptrdiff_t>(i * kProgressP));
        }
    }
    /// Neuron 0 is dead, the odd ones follow keys[0], the other even ones mix two frequencies.
    void mlp_hidden(std::span<const Pair> pairs, std::span<float> out) override {
        ASSERT_EQ(out.size(), pairs.size() * kNeurons);
        const Waves waves(group_.order());
        float* next = out.data();
        for (const Pair pair : pairs) {
            *next++ = 0;
            for (int i = 1; i < kNeurons; ++i) {
                const double first = waves.cosine(keys_[0], group_.log(pair.a) + i);
                const double second = waves.cosine(keys_[0] + 1, group_.log(pair.b));
                *next++ = static_cast<float>(i % 2 == 1 ? first : first + second);
            }
        }
    }
    void recall(const std::deque<Parameters>&) override {}
    [[nodiscard]] std::string description() const override { return "given"; }

private:
    std::vector<int> keys_;
    GroupIndex group_;
    std::vector<float> logits_;
};

RunConfig small_config(Operation operation = Operation::kAdd) {
    RunConfig config;
    config.operation = operation;
    config.p = kProgressP;
    config.d_model = 32;
    config.d_mlp = kNeurons;
    return config;
}

/// Weights whose W_L is the sum of waves of the given frequencies and sizes over the classes.
Parameters weights_of(const std::vector<std::pair<int, double>>& waves_in_W_L,
                      Operation operation = Operation::kAdd) {
    Parameters parameters(ModelShape::of(small_config()));
    const GroupIndex group(operation, kProgressP);
    const Waves waves(group.order());
    const auto W_U = parameters.view(Tensor::W_U);     // [d, p]
    const auto W_out = parameters.view(Tensor::W_out); // [d, d_mlp]
    std::size_t row = 0;
    for (const auto& [k, size] : waves_in_W_L) {
        for (int i = 0; i < group.order(); ++i) {
            W_U[row * kProgressP + static_cast<std::size_t>(group.element(i))] =
                static_cast<float>(size * waves.cosine(k, i));
        }
        W_out[row * kNeurons + row] = 1;
        ++row;
    }
    return parameters;
}

class ProgressMeterTest : public testing::Test {
protected:
    RunConfig config_ = small_config();
    Task task_ = make_task(config_);
    WorkerPool pool_{2};
    ProgressMeter meter_{config_, task_, pool_};
};

TEST_F(ProgressMeterTest, GivesTheFiguresOfAnIdealClock) {
    GivenStep step({3, 7});
    const ProgressRow row = meter_.measure(weights_of({{3, 2}, {7, 1}}), step);
    EXPECT_EQ(row.order, kProgressP);
    EXPECT_EQ(row.key_frequencies, (std::vector<int>{3, 7}));
    EXPECT_NEAR(row.restricted_loss.all, row.full_loss.all, 1e-6);
    EXPECT_NEAR(row.restricted_loss.train, row.full_loss.train, 1e-6);
    EXPECT_NEAR(row.restricted_loss.test, row.full_loss.test, 1e-6);
    EXPECT_NEAR(row.excluded_loss, std::log(kProgressP), 1e-5);
    ASSERT_EQ(row.excluded_by_frequency.size(), 2U);
    for (const double excluded : row.excluded_by_frequency) {
        EXPECT_GT(excluded, row.full_loss.train);
        EXPECT_LT(excluded, row.excluded_loss);
    }
    EXPECT_NEAR(row.fit_r_squared, 1, 1e-6);
    EXPECT_NEAR(row.fit_loss, row.full_loss.test, 1e-6);
    EXPECT_EQ(row.fit_coefficients.size(), 14U);
    ASSERT_EQ(row.clock_coherence.size(), 2U);
    EXPECT_NEAR(row.clock_coherence[0], 1, 1e-6);
    EXPECT_NEAR(row.clock_coherence[1], 1, 1e-6);
}

TEST_F(ProgressMeterTest, CountsNeuronsByTheirFrequency) {
    GivenStep step({3, 7});
    const ProgressRow row = meter_.measure(weights_of({{3, 2}}), step);
    EXPECT_EQ(row.neurons, kNeurons);
    EXPECT_EQ(row.dead_neurons, 1);
    EXPECT_EQ(row.clustered_neurons, 32);
    ASSERT_EQ(row.neurons_by_frequency.size(), 14U);
    EXPECT_EQ(row.neurons_by_frequency[2], 32);
    EXPECT_EQ(row.neurons_by_frequency[3], 0); // mixed neurons are in no cluster
    ASSERT_EQ(row.neuron_amplitude.size(), 14U);
    EXPECT_EQ(std::max_element(row.neuron_amplitude.begin(), row.neuron_amplitude.end()) -
                  row.neuron_amplitude.begin(),
              2);
}

TEST_F(ProgressMeterTest, LeavesAGapWhileThereIsNoKeyFrequency) {
    GivenStep step({3});
    const ProgressRow row = meter_.measure(Parameters(ModelShape::of(config_)), step);
    EXPECT_TRUE(row.key_frequencies.empty());
    EXPECT_TRUE(std::isnan(row.restricted_loss.all));
    EXPECT_TRUE(std::isnan(row.restricted_loss.train));
    EXPECT_TRUE(std::isnan(row.restricted_loss.test));
    EXPECT_TRUE(std::isnan(row.excluded_loss));
    EXPECT_TRUE(row.excluded_by_frequency.empty());
    EXPECT_TRUE(std::isnan(row.fit_r_squared));
    EXPECT_TRUE(std::isnan(row.fit_loss));
    EXPECT_TRUE(row.clock_coherence.empty());
    EXPECT_TRUE(std::isfinite(row.full_loss.all)); // what needs none is there
    EXPECT_EQ(row.clustered_neurons, 32);
}

TEST_F(ProgressMeterTest, RemembersKeyFrequenciesOnlyOfTheLiveRule) {
    GivenStep step({3});
    const Parameters falling = weights_of({{3, 1}, {9, 0.23}});
    EXPECT_EQ(meter_.measure(falling, step).key_frequencies, (std::vector<int>{3}));
    const ProgressRow given = meter_.measure_with(falling, step, std::vector<int>{9});
    EXPECT_EQ(given.key_frequencies, (std::vector<int>{9}));
    EXPECT_EQ(meter_.remembered(), (std::vector<int>{3}));
    meter_.remember({3, 9});
    EXPECT_EQ(meter_.measure(falling, step).key_frequencies, (std::vector<int>{3, 9}));
}

TEST_F(ProgressMeterTest, SumsSquaresPerTensor) {
    GivenStep step({3});
    Parameters parameters(ModelShape::of(config_));
    parameters.view(Tensor::W_E)[5] = 3;
    parameters.view(Tensor::b_out)[0] = 2;
    const ProgressRow row = meter_.measure(parameters, step);
    EXPECT_EQ(row.sum_squares[static_cast<std::size_t>(Tensor::W_E)], 9);
    EXPECT_EQ(row.sum_squares[static_cast<std::size_t>(Tensor::b_out)], 4);
    EXPECT_EQ(row.total_sum_squares, 13);
}

class ProgressOf : public testing::TestWithParam<Operation> {};

TEST_P(ProgressOf, EveryOperationIsTheSameClockInTheIndexOfItsGroup) {
    const RunConfig config = small_config(GetParam());
    const Task task = make_task(config);
    WorkerPool pool(2);
    ProgressMeter meter(config, task, pool);
    GivenStep step({3, 7}, GetParam());
    const ProgressRow row = meter.measure(weights_of({{3, 2}, {7, 1}}, GetParam()), step);
    EXPECT_EQ(row.order, GroupIndex(GetParam(), kProgressP).order());
    EXPECT_EQ(row.key_frequencies, (std::vector<int>{3, 7}));
    EXPECT_NEAR(row.restricted_loss.all, row.full_loss.all, 1e-6);
    EXPECT_NEAR(row.restricted_loss.train, row.full_loss.train, 1e-6);
    EXPECT_NEAR(row.restricted_loss.test, row.full_loss.test, 1e-6);
    EXPECT_NEAR(row.excluded_loss, std::log(row.order), 1e-5);
    EXPECT_NEAR(row.fit_r_squared, 1, 1e-6);
    EXPECT_NEAR(row.fit_loss, row.full_loss.test, 1e-6);
    EXPECT_EQ(row.fit_coefficients.size(), 14U);
    ASSERT_EQ(row.clock_coherence.size(), 2U);
    EXPECT_NEAR(row.clock_coherence[0], 1, 1e-6);
    EXPECT_NEAR(row.clock_coherence[1], 1, 1e-6);
    EXPECT_EQ(row.clustered_neurons, 32);
    EXPECT_EQ(row.neurons_by_frequency[2], 32);
}

INSTANTIATE_TEST_SUITE_P(Operations, ProgressOf,
                         testing::Values(Operation::kAdd, Operation::kSubtract,
                                         Operation::kMultiply, Operation::kDivide),
                         [](const auto& one) { return std::string(name_of(one.param)); });

TEST(ProgressMeter, OfAnOperationWithoutAGroupHasTheWeightsNormsAlone) {
    RunConfig config = small_config(Operation::kMultiply);
    config.p = 28;
    const Task task = make_task(config);
    WorkerPool pool(1);
    ProgressMeter meter(config, task, pool);
    GivenStep step({3}); // is not asked
    Parameters parameters(ModelShape::of(config));
    std::ranges::fill(parameters.view(Tensor::b_in), 2.0F);
    const ProgressRow row = meter.measure(parameters, step);
    EXPECT_EQ(row.order, 0);
    EXPECT_TRUE(row.key_frequencies.empty());
    EXPECT_TRUE(std::isnan(row.full_loss.all));
    EXPECT_TRUE(std::isnan(row.gini_W_E));
    EXPECT_TRUE(row.fit_coefficients.empty());
    EXPECT_EQ(row.neurons, 0);
    EXPECT_EQ(row.total_sum_squares, 4.0 * kNeurons);
}

} // namespace
} // namespace grokscope
