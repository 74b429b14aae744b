// The exact Hessian-vector product against double backward of float64 autograd on the plain model.
#include "engine/analysis/hessian_product.h"

#include "engine/compute/worker_pool.h"
#include "tests/reference/naive_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace grokscope {
namespace {

/// H v of the mean loss over `pairs`, by differentiating (gradient . v).
at::Tensor double_backward(const at::Tensor& weights, const ParameterLayout& layout,
                           const PairSet& pairs, const LossRule& rule, const at::Tensor& v) {
    at::Tensor leaf = weights.detach().clone().requires_grad_(true);
    const at::Tensor logits =
        naive::forward(leaf, layout, naive::tokens_of(pairs, layout.shape().p)).logits;
    naive::task_loss(logits, naive::labels_of(pairs), rule).backward({}, true, true);
    const at::Tensor gradient = leaf.grad().clone();
    leaf.mutable_grad().reset();
    (gradient * v).sum().backward();
    return leaf.grad();
}

TEST(HessianProductTest, IsDoubleBackwardOfThePlainModel) {
    constexpr ModelShape kShape{13, 24, 3, 40};
    const ParameterLayout layout(kShape);
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal;
    std::vector<double> weights(layout.flat_size());
    std::vector<double> direction(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] = normal(random) / std::sqrt(24.0);
        direction[i] = normal(random);
    }
    keep_trained(layout, true, std::span(weights));
    keep_trained(layout, true, std::span(direction));
    const PairSet all = all_pairs({Operation::kSubtract, 13});
    PairSet pairs;
    for (std::size_t i = 0; i < all.size(); i += 2) {
        pairs.pairs.push_back(all.pairs[i]);
        pairs.labels.push_back(all.labels[i]);
    }
    WorkerPool pool(2);
    for (const LossRule rule : {LossRule{}, LossRule{0.4, false}, LossRule{1, true}}) {
        HessianProduct<double> hessian(kShape, rule, true, pairs, pool);
        hessian.load(weights);
        std::vector<double> found(weights.size());
        hessian.apply(direction, found);
        const at::Tensor expected = double_backward(at::tensor(weights, at::kDouble), layout, pairs,
                                                    rule, at::tensor(direction, at::kDouble));
        const double size = expected.norm().item<double>();
        ASSERT_GT(size, 0);
        EXPECT_LE((at::tensor(found, at::kDouble) - expected).norm().item<double>(), 1e-11 * size)
            << rule.temperature << (rule.stablemax ? " StableMax" : "");
    }
}

} // namespace
} // namespace grokscope
