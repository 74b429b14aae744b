// The model once more, as slowly and plainly as the papers state it: all three positions, causal
// mask, any floating-point type. Shares no expression with engine/reference, so that the two check
// each other.
#pragma once

#include "engine/model/parameters.h"
#include "engine/model/probe_state.h"
#include "engine/reference/transformer.h"
#include "engine/task/task.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::naive {

/// A float64 copy of flat values.
inline at::Tensor float64(std::span<const float> values) {
    return at::from_blob(const_cast<float*>(values.data()),
                         {static_cast<std::int64_t>(values.size())}, at::kFloat)
        .to(at::kDouble);
}

/// Tokens [n, 3]: a, b, '='.
inline at::Tensor tokens_of(const PairSet& set, int p) {
    std::vector<std::int64_t> tokens;
    for (const Pair& pair : set.pairs) {
        tokens.insert(tokens.end(), {pair.a, pair.b, p});
    }
    return at::tensor(tokens, at::kLong).view({-1, 3});
}

inline at::Tensor labels_of(const PairSet& set) {
    return at::tensor(std::vector<std::int64_t>(set.labels.begin(), set.labels.end()), at::kLong);
}

/// Activations of the last position of every sequence. With `pattern` [n, d_mlp] of zeros and ones
/// the units of the last position that are on are those of the pattern, whatever their sign.
inline Activations forward(const at::Tensor& flat, const ParameterLayout& layout,
                           const at::Tensor& tokens, const at::Tensor& pattern = {}) {
    const Weights w = Weights::views(flat, layout);
    const double d_head = layout.shape().d_head();
    const std::int64_t n = tokens.size(0);
    const at::Tensor x = w.W_E.t().index({tokens}) + w.W_pos; // [n, 3, d]
    const at::Tensor k = at::einsum("ihd,npd->niph", {w.W_K, x});
    const at::Tensor q = at::einsum("ihd,npd->niph", {w.W_Q, x});
    const at::Tensor v = at::einsum("ihd,npd->niph", {w.W_V, x});
    const at::Tensor future = at::ones({3, 3}, at::kBool).triu(1); // [query, key]
    const at::Tensor scores =
        (at::einsum("niqh,nikh->niqk", {q, k}) / std::sqrt(d_head)).masked_fill(future, -1e10);
    const at::Tensor z = at::einsum("niqk,nikh->nqih", {scores.softmax(-1), v});
    const at::Tensor mlp_in = x + at::einsum("nqf,df->nqd", {z.reshape({n, 3, -1}), w.W_O});
    const at::Tensor before = at::einsum("nqd,md->nqm", {mlp_in, w.W_in}) + w.b_in;
    const at::Tensor mlp_hidden =
        pattern.defined() ? before * pattern.unsqueeze(1) : before.clamp_min(0);
    const at::Tensor out = mlp_in + at::einsum("nqm,dm->nqd", {mlp_hidden, w.W_out}) + w.b_out;
    const at::Tensor logits = at::einsum("nqd,dc->nqc", {out, w.W_U});
    return {mlp_in.select(1, 2), mlp_hidden.select(1, 2), logits.select(1, 2)};
}

/// Mean negative log-likelihood, spelled out.
inline at::Tensor task_loss(const at::Tensor& logits, const at::Tensor& labels) {
    return (logits.logsumexp(-1) - logits.gather(1, labels.unsqueeze(1)).squeeze(1)).mean();
}

/// The same for any rule of the loss; s of StableMax as a sum of its two branches.
inline at::Tensor task_loss(const at::Tensor& logits, const at::Tensor& labels,
                            const LossRule& rule) {
    const at::Tensor x = logits / rule.temperature;
    if (!rule.stablemax) {
        return task_loss(x, labels);
    }
    const at::Tensor s = x.clamp_min(0) + 1 / (1 - x.clamp_max(0));
    const at::Tensor shares = s / s.sum(-1, true);
    return -shares.gather(1, labels.unsqueeze(1)).log().mean();
}

/// m_k: mean over rows and units of (f_k(x) - y)^2.
inline at::Tensor mismatch(const at::Tensor& flat_probe, const ProbeLayout& layout,
                           const at::Tensor& x, const at::Tensor& y) {
    const ProbeWeights f = ProbeWeights::views(flat_probe, layout);
    const at::Tensor hidden = (x.matmul(f.W1.t()) + f.b1).clamp_min(0);
    return (hidden.matmul(f.W2.t()) + f.b2 - y).square().mean();
}

} // namespace grokscope::naive
