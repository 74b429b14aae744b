// Where each head looks, for every pair: the weights of the last position on a, b and '='.
#pragma once

#include "engine/model/parameters.h"
#include "engine/task/task.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace grokscope {

/// Attention of a model of one layer without LayerNorm that reads `a b =`, over the whole grid. A
/// score depends on one token and its position alone, so 2p + 1 exponentials per head hold all p*p
/// softmaxes.
class AttentionPattern {
public:
    /// In double from float32 weights. Exponents are limited to +-700 relative to '=', beyond which
    /// a weight is 0 or 1 anyway. Any thread.
    explicit AttentionPattern(const Parameters& parameters)
        : AttentionPattern(parameters, parameters) {}
    /// Of models that differ in their embeddings of numbers alone: the first operand has that of
    /// the one, the second that of the other.
    AttentionPattern(const Parameters& first, const Parameters& second);

    /// Weights of `head` on a, b and '=' in this order; they sum to 1.
    [[nodiscard]] std::array<double, 3> weights(int head, int a, int b) const {
        const double on_a = on_a_[index(head, a)];
        const double on_b = on_b_[index(head, b)];
        const double total = on_a + on_b + 1;
        return {on_a / total, on_b / total, 1 / total};
    }

    /// All of them, [heads, p*p, 3], row a*p + b.
    [[nodiscard]] std::vector<float> over_grid() const;

    /// Mean over some pairs of what each head adds to the residual stream, W_O z: [heads, d].
    /// `parameters` are those it was made of.
    [[nodiscard]] std::vector<double> mean_head_outputs(const Parameters& parameters,
                                                        std::span<const Pair> pairs) const;

private:
    [[nodiscard]] std::size_t index(int head, int token) const {
        return static_cast<std::size_t>(head) * static_cast<std::size_t>(p_) +
               static_cast<std::size_t>(token);
    }

    int p_;
    int heads_;
    std::vector<double> on_a_; // exp(score of a - score of '='), [heads, p]
    std::vector<double> on_b_;
};

/// The residual stream of `token` at `position` before attention, W_E[:, token] + W_pos[position]:
/// [d]. Token p is '='. Any thread.
[[nodiscard]] std::vector<double> token_residual(const Parameters& parameters, int token,
                                                 int position);

} // namespace grokscope
