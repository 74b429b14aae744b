// Exact Hessian-vector products (science.md 6.4): against the gradient's own differences, and the
// gradient against the fused step's.
#include "engine/analysis/hessian_product.h"

#include "engine/compute/worker_pool.h"
#include "engine/model/fused/fused_core.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

using Values = std::vector<double>;

struct HessianCase {
    std::string name;
    ModelShape shape;
    LossRule rule = {};
    bool train_biases = true;
    double size = 1; ///< of the weights
};

void PrintTo(const HessianCase& value, std::ostream* out) {
    *out << value.name;
}

/// Two of five pairs; token 1 never comes first.
PairSet some_pairs(int p) {
    const PairSet all = all_pairs({Operation::kAdd, p});
    PairSet some;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i * 7 % 5 < 2 && all.pairs[i].a != 1) {
            some.pairs.push_back(all.pairs[i]);
            some.labels.push_back(all.labels[i]);
        }
    }
    return some;
}

/// Normal numbers where something is trained, and where something is not if `frozen` is to be seen.
Values random_values(const HessianCase& test, double size, std::uint64_t seed,
                     bool only_trained = true) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0, size);
    const ParameterLayout layout(test.shape);
    Values values(layout.flat_size());
    for (double& value : values) {
        value = normal(random);
    }
    keep_trained(layout, only_trained ? test.train_biases : true, std::span(values));
    return values;
}

double dot(const Values& a, const Values& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
    double largest = 0;
    double size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(a[i] - b[i]));
        size = std::max(size, std::abs(b[i]));
    }
    return largest / size;
}

class Hessian : public testing::TestWithParam<HessianCase> {
protected:
    const HessianCase& test_ = GetParam();
    PairSet pairs_ = some_pairs(test_.shape.p);
    WorkerPool pool_{2};
    HessianProduct<double> hessian_{test_.shape, test_.rule, test_.train_biases, pairs_, pool_};
    Values weights_ =
        random_values(test_, test_.size / std::sqrt(test_.shape.d), 7, /*only_trained=*/false);

    Values product(const Values& direction) {
        Values out(direction.size(), 1e9); // must be overwritten, gaps too
        hessian_.apply(direction, out);
        return out;
    }
};

TEST_P(Hessian, KnowsTheGradientOfTheFusedStep) {
    fused::CoreOptions options;
    options.model = test_.shape;
    options.loss = test_.rule;
    options.train_biases = test_.train_biases;
    fused::FusedCore<double> core(options, pairs_, pool_);
    BasicParameters<double> parameters(test_.shape);
    std::ranges::copy(weights_, parameters.flat().begin());
    BasicParameters<double> gradients(test_.shape);
    core.load(parameters);
    const StepResult result = core.gradients({}, gradients);
    hessian_.load(weights_);
    EXPECT_NEAR(hessian_.loss(), result.task_loss, 1e-12 * result.task_loss);
    EXPECT_LE(largest_difference(hessian_.gradient(), std::as_const(gradients).flat()), 1e-11);
}

TEST_P(Hessian, TimesAVectorIsTheSlopeOfTheGradient) {
    constexpr double kStep = 1e-6; // too little for a hidden unit to change sides, as is checked
    const Values direction = random_values(test_, 1, 8);
    fused::CoreOptions options;
    options.model = test_.shape;
    fused::FusedCore<double> core(options, pairs_, pool_);
    std::vector<double> hidden(pairs_.size() * static_cast<std::size_t>(test_.shape.d_mlp));
    std::vector<std::vector<bool>> on;
    std::vector<Values> gradients;
    for (const double side : {-kStep, kStep}) {
        Values moved = weights_;
        for (std::size_t i = 0; i < moved.size(); ++i) {
            moved[i] += side * direction[i];
        }
        hessian_.load(moved);
        gradients.emplace_back(hessian_.gradient().begin(), hessian_.gradient().end());
        BasicParameters<double> parameters(test_.shape);
        std::ranges::copy(moved, parameters.flat().begin());
        core.load(parameters);
        core.mlp_hidden(pairs_.pairs, hidden);
        on.emplace_back();
        for (const double value : hidden) {
            on.back().push_back(value > 0);
        }
    }
    ASSERT_EQ(on[0], on[1]) << "a hidden unit lies at its kink: choose other weights";
    Values slope(weights_.size());
    for (std::size_t i = 0; i < slope.size(); ++i) {
        slope[i] = (gradients[1][i] - gradients[0][i]) / (2 * kStep);
    }
    hessian_.load(weights_);
    const Values found = product(direction);
    EXPECT_LE(largest_difference(found, slope), 1e-6);
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        const ParameterLayout layout(test_.shape);
        const auto part = std::span(found).subspan(layout.offset(tensor), layout.size(tensor));
        const auto expected = std::span(slope).subspan(layout.offset(tensor), layout.size(tensor));
        if (!test_.train_biases && (tensor == Tensor::b_in || tensor == Tensor::b_out)) {
            EXPECT_EQ(part[0], 0) << kTensorNames[i];
        } else {
            EXPECT_LE(largest_difference(part, expected), 1e-5) << kTensorNames[i];
        }
    }
}

TEST_P(Hessian, IsSymmetricAndLinear) {
    hessian_.load(weights_);
    const Values u = random_values(test_, 1, 8);
    const Values v = random_values(test_, 1, 9);
    const Values Hu = product(u);
    const Values Hv = product(v);
    const double size = std::sqrt(dot(u, u) * dot(Hv, Hv));
    EXPECT_NEAR(dot(u, Hv), dot(v, Hu), 1e-13 * size);
    Values sum = u;
    Values expected = Hu;
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] -= 3 * v[i];
        expected[i] -= 3 * Hv[i];
    }
    EXPECT_LE(largest_difference(product(sum), expected), 1e-11);
    EXPECT_EQ(product(v), Hv) << "a product leaves nothing behind";
}

TEST_P(Hessian, OfFloatsIsTheSameBut1e4OfItsSize) {
    hessian_.load(weights_);
    const Values direction = random_values(test_, 1, 8);
    const Values exact = product(direction);
    HessianProduct<float> rounded(test_.shape, test_.rule, test_.train_biases, pairs_, pool_);
    rounded.load(std::vector<float>(weights_.begin(), weights_.end()));
    std::vector<float> out(direction.size());
    rounded.apply(std::vector<float>(direction.begin(), direction.end()), out);
    EXPECT_LE(largest_difference(Values(out.begin(), out.end()), exact), 1e-4);
    EXPECT_NEAR(rounded.loss(), hessian_.loss(), 1e-5 * hessian_.loss());
}

constexpr ModelShape kToy{11, 16, 2, 24};

INSTANTIATE_TEST_SUITE_P(R15, Hessian,
                         testing::Values(HessianCase{"toy", kToy},
                                         HessianCase{"one_head", {13, 70, 1, 70}},
                                         HessianCase{"seven_heads", {29, 35, 7, 65}},
                                         HessianCase{"temperature", kToy, {0.3, false}},
                                         HessianCase{"stablemax", kToy, {1, true}},
                                         HessianCase{"cold_stablemax", kToy, {0.5, true}},
                                         HessianCase{"frozen_biases", kToy, {}, false},
                                         HessianCase{"sure_of_itself", kToy, {}, true, 2}),
                         [](const auto& of) { return of.param.name; });

TEST(HessianProductTest, HasTheSameBitsForAnyNumberOfThreads) {
    const HessianCase test{"", {37, 32, 4, 64}};
    const PairSet pairs = some_pairs(37);
    const Values weights = random_values(test, 0.2, 7);
    const Values direction = random_values(test, 1, 8);
    std::vector<Values> found;
    for (const int threads : {1, 3}) {
        WorkerPool pool(threads);
        HessianProduct<double> hessian(test.shape, {}, true, pairs, pool);
        hessian.load(weights);
        found.emplace_back(direction.size());
        hessian.apply(direction, found.back());
    }
    EXPECT_EQ(found[0], found[1]);
}

TEST(HessianProductTest, KeepsItsDigitsAtATinyLoss) {
    // Logits far apart, as after memorising: products still follow the gradient's differences.
    const HessianCase test{"", kToy};
    Values weights = random_values(test, 0.25, 7);
    const ParameterLayout layout(kToy);
    // One class that every pair has: b_out lifts it by 25 nats above the others.
    PairSet pairs = some_pairs(11);
    std::ranges::fill(pairs.labels, std::uint16_t{4});
    for (std::size_t i = 0; i < 16; ++i) {
        weights[layout.offset(Tensor::W_U) + i * 11 + 4] = 1.6;
        weights[layout.offset(Tensor::b_out) + i] = 1;
    }
    WorkerPool pool(1);
    HessianProduct<double> hessian(kToy, {}, true, pairs, pool);
    const Values direction = random_values(test, 1, 8);
    std::vector<Values> gradients;
    for (const double side : {-1e-6, 1e-6}) {
        Values moved = weights;
        for (std::size_t i = 0; i < moved.size(); ++i) {
            moved[i] += side * direction[i];
        }
        hessian.load(moved);
        gradients.emplace_back(hessian.gradient().begin(), hessian.gradient().end());
    }
    hessian.load(weights);
    EXPECT_LT(hessian.loss(), 1e-7);
    Values slope(weights.size());
    for (std::size_t i = 0; i < slope.size(); ++i) {
        slope[i] = (gradients[1][i] - gradients[0][i]) / 2e-6;
    }
    Values found(weights.size());
    hessian.apply(direction, found);
    EXPECT_LE(largest_difference(found, slope), 1e-6);
}

} // namespace
} // namespace grokscope
