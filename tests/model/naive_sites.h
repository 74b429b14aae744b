// The forward pass of one pair by plain loops in double, with a hook at every named site.
#pragma once

#include "engine/model/sites.h"
#include "engine/task/task.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

namespace grokscope::test {

using Values = std::vector<double>;
/// May read and change the values of one position at a site.
using Hook = std::function<void(SiteAt, int position, Values&)>;

inline Values normalised(const Parameters& weights, const Values& x, Tensor gain, Tensor bias,
                         int layer) {
    if (weights.layout().shape().norm == Norm::kNone) {
        return x;
    }
    double mean = 0;
    double variance = 0;
    for (const double value : x) {
        mean += value / static_cast<double>(x.size());
    }
    for (const double value : x) {
        variance += (value - mean) * (value - mean) / static_cast<double>(x.size());
    }
    Values y;
    for (std::size_t i = 0; i < x.size(); ++i) {
        y.push_back((x[i] - mean) / std::sqrt(variance + 1e-5) * weights.view(gain, layer)[i] +
                    weights.view(bias, layer)[i]);
    }
    return y;
}

/// matrix [rows, x.size()] from value `first` on, times x.
inline Values times(std::span<const float> matrix, std::size_t first, std::size_t rows,
                    const Values& x) {
    Values y(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < x.size(); ++i) {
            y[row] += matrix[first + row * x.size() + i] * x[i];
        }
    }
    return y;
}

/// Logits [p] of a pair. The hook sees every position of every block.
inline Values naive_logits(const Parameters& weights, Pair pair, const Hook& hook) {
    const ModelShape& shape = weights.layout().shape();
    const auto d = static_cast<std::size_t>(shape.d);
    const auto m = static_cast<std::size_t>(shape.d_mlp);
    const auto d_head = static_cast<std::size_t>(shape.d_head());
    const auto heads = static_cast<std::size_t>(shape.heads);
    const auto context = static_cast<std::size_t>(shape.context);
    std::vector<int> tokens{pair.a, pair.b, shape.p};
    if (shape.context == 4) {
        tokens.insert(tokens.begin() + 1, shape.p + 1);
    }
    std::vector<Values> x(context, Values(d));
    for (std::size_t at = 0; at < context; ++at) {
        for (std::size_t i = 0; i < d; ++i) {
            x[at][i] = static_cast<double>(weights.view(
                           Tensor::W_E)[i * static_cast<std::size_t>(shape.vocabulary()) +
                                        static_cast<std::size_t>(tokens[at])]) +
                       weights.view(Tensor::W_pos)[at * d + i];
        }
    }
    for (int layer = 0; layer < shape.layers; ++layer) {
        const auto see = [&](Site site, std::size_t at, Values& values) {
            hook({site, layer}, static_cast<int>(at), values);
        };
        std::vector<Values> normal(context);
        for (std::size_t at = 0; at < context; ++at) {
            see(Site::kResidPre, at, x[at]);
            normal[at] = normalised(weights, x[at], Tensor::ln1_gain, Tensor::ln1_bias, layer);
        }
        for (std::size_t at = 0; at < context; ++at) {
            Values pattern(heads * context);
            Values z(d);
            for (std::size_t head = 0; head < heads; ++head) {
                const std::size_t first = head * d_head * d;
                const Values q = times(weights.view(Tensor::W_Q, layer), first, d_head, normal[at]);
                double total = 0;
                for (std::size_t slot = 0; slot <= at; ++slot) {
                    const Values k =
                        times(weights.view(Tensor::W_K, layer), first, d_head, normal[slot]);
                    double score = 0;
                    for (std::size_t i = 0; i < d_head; ++i) {
                        score += q[i] * k[i] / std::sqrt(static_cast<double>(d_head));
                    }
                    pattern[head * context + slot] = std::exp(score);
                    total += std::exp(score);
                }
                for (std::size_t slot = 0; slot <= at; ++slot) {
                    pattern[head * context + slot] /= total;
                    const Values v =
                        times(weights.view(Tensor::W_V, layer), first, d_head, normal[slot]);
                    for (std::size_t i = 0; i < d_head; ++i) {
                        z[head * d_head + i] += pattern[head * context + slot] * v[i];
                    }
                }
            }
            see(Site::kAttnPattern, at, pattern);
            see(Site::kAttnZ, at, z);
            Values out = times(weights.view(Tensor::W_O, layer), 0, d, z);
            see(Site::kAttnSkip, at, x[at]);
            see(Site::kAttnOut, at, out);
            std::ranges::transform(x[at], out, x[at].begin(), std::plus<>());
            see(Site::kResidMid, at, x[at]);
            const Values mlp_in =
                normalised(weights, x[at], Tensor::ln2_gain, Tensor::ln2_bias, layer);
            Values hidden = times(weights.view(Tensor::W_in, layer), 0, m, mlp_in);
            for (std::size_t j = 0; j < m; ++j) {
                hidden[j] += weights.view(Tensor::b_in, layer)[j];
                hidden[j] = shape.activation == Activation::kGelu
                                ? hidden[j] * 0.5 * (1 + std::erf(hidden[j] / std::sqrt(2.0)))
                                : std::max(hidden[j], 0.0);
            }
            see(Site::kMlpHidden, at, hidden);
            out = times(weights.view(Tensor::W_out, layer), 0, d, hidden);
            for (std::size_t i = 0; i < d; ++i) {
                out[i] += weights.view(Tensor::b_out, layer)[i];
            }
            see(Site::kMlpSkip, at, x[at]);
            see(Site::kMlpOut, at, out);
            std::ranges::transform(x[at], out, x[at].begin(), std::plus<>());
            see(Site::kResidPost, at, x[at]);
        }
    }
    Values last = normalised(weights, x.back(), Tensor::ln_final_gain, Tensor::ln_final_bias, 0);
    hook({Site::kFinal}, shape.context - 1, last);
    Values logits(static_cast<std::size_t>(shape.p));
    for (std::size_t c = 0; c < logits.size(); ++c) {
        for (std::size_t i = 0; i < d; ++i) {
            logits[c] += last[i] * weights.view(Tensor::W_U)[i * logits.size() + c];
        }
    }
    return logits;
}

} // namespace grokscope::test
