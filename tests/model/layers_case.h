// Small transformers with random weights, for the tests of the step for layers.
#pragma once

#include "engine/model/layers/layers_core.h"
#include "engine/task/task.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace grokscope {

/// "layers3_pre_gelu_abop", and what else is in the shape.
inline std::string word_of(const ModelShape& shape) {
    return "layers" + std::to_string(shape.layers) + (shape.norm == Norm::kPre ? "_pre" : "_none") +
           (shape.activation == Activation::kGelu ? "_gelu" : "_relu") +
           (shape.context == 4 ? "_abop" : "_ab") + "_p" + std::to_string(shape.p) + "_d" +
           std::to_string(shape.d) + "_h" + std::to_string(shape.heads) + "_m" +
           std::to_string(shape.d_mlp);
}

/// Weights that keep activations near one, gains near one; gaps stay zero.
template <typename T>
BasicParameters<T> random_weights(const ModelShape& shape, std::uint64_t seed) {
    BasicParameters<T> weights(shape);
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0, 1);
    for (const TensorSpec& spec : weights.layout().tensors()) {
        const bool gain = spec.kind == Tensor::ln1_gain || spec.kind == Tensor::ln2_gain ||
                          spec.kind == Tensor::ln_final_gain;
        const double scale = spec.is_layer_norm() ? 0.3 : 1 / std::sqrt(shape.d);
        for (T& value : weights.view(spec)) {
            value = static_cast<T>((gain ? 1 : 0) + scale * normal(random));
        }
    }
    return weights;
}

/// A part of all pairs, in random order; number 1 never comes first, number 2 never second.
inline PairSet some_pairs(int p, std::size_t part, std::uint64_t seed) {
    const PairSet all = all_pairs({Operation::kMultiply, p});
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), std::mt19937_64(seed));
    PairSet some;
    for (const std::size_t i : order) {
        if (some.size() < all.size() / part && all.pairs[i].a != 1 && all.pairs[i].b != 2) {
            some.pairs.push_back(all.pairs[i]);
            some.labels.push_back(all.labels[i]);
        }
    }
    return some;
}

/// Some places in a set of pairs, in random order.
inline std::vector<std::uint32_t> some_rows(std::size_t pairs, std::size_t count,
                                            std::uint64_t seed) {
    std::vector<std::uint32_t> rows(pairs);
    std::iota(rows.begin(), rows.end(), 0U);
    std::shuffle(rows.begin(), rows.end(), std::mt19937_64(seed));
    rows.resize(std::min(count, pairs));
    return rows;
}

inline PairSet selected(const PairSet& set, const std::vector<std::uint32_t>& rows) {
    PairSet chosen;
    for (const std::uint32_t row : rows) {
        chosen.pairs.push_back(set.pairs[row]);
        chosen.labels.push_back(set.labels[row]);
    }
    return chosen;
}

} // namespace grokscope
