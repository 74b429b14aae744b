// The Hessian of a run's loss at some weights, as the methods of lanczos.h take it.
#pragma once

#include "engine/analysis/hessian_product.h"
#include "engine/analysis/lanczos.h"
#include "engine/protocol/config.h"
#include "engine/task/mersenne_twister.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {

/// Of the loss that the configuration trains with, on any pairs, by products in T. One thread.
template <typename T>
class LossHessian {
public:
    /// `pool` outlives this. Throws as HessianProduct.
    LossHessian(const RunConfig& config, const PairSet& pairs, const Parameters& weights,
                WorkerPool& pool)
        : layout_(weights.layout()), train_biases_(config.train_biases),
          product_(layout_.shape(), LossRule::of(config), train_biases_, pairs, pool),
          in_(layout_.flat_size()), out_(layout_.flat_size()) {
        std::ranges::copy(weights.flat(), in_.begin());
        product_.load(in_);
    }

    /// Mean over the pairs, nats.
    [[nodiscard]] double loss() const { return product_.loss(); }

    /// Products; valid while this lives.
    [[nodiscard]] SymmetricMap map() {
        return [this](std::span<const double> v, std::span<double> out) {
            std::ranges::copy(v, in_.begin());
            product_.apply(in_, out_);
            std::ranges::copy(out_, out.begin());
        };
    }

    /// 1 or -1 for each trained weight, 0 elsewhere.
    void draw_signs(PythonRandom& random, std::span<double> out) const {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < out.size(); ++i) {
            bits = i % 32 == 0 ? random.next32() : bits >> 1U;
            out[i] = (bits & 1U) != 0 ? 1 : -1;
        }
        keep_trained(layout_, train_biases_, out);
    }

private:
    ParameterLayout layout_;
    bool train_biases_;
    HessianProduct<T> product_;
    std::vector<T> in_, out_;
};

} // namespace grokscope
