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

/// Tokens [n, 3]: a, b, '='; or [n, 4]: a, operation, b, '='.
inline at::Tensor tokens_of(const PairSet& set, int p, int context = 3) {
    std::vector<std::int64_t> tokens;
    for (const Pair& pair : set.pairs) {
        tokens.push_back(pair.a);
        if (context == 4) {
            tokens.push_back(p + 1);
        }
        tokens.insert(tokens.end(), {pair.b, p});
    }
    return at::tensor(tokens, at::kLong).view({-1, context});
}

inline at::Tensor labels_of(const PairSet& set) {
    return at::tensor(std::vector<std::int64_t>(set.labels.begin(), set.labels.end()), at::kLong);
}

/// LayerNorm as the papers state it.
inline at::Tensor normalised(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& bias) {
    const at::Tensor away = x - x.mean(-1, true);
    return away / (away.square().mean(-1, true) + 1e-5).sqrt() * gain + bias;
}

/// Activations of the last position of every sequence, mlp_in and mlp_hidden of `of_layer`, counted
/// from 0, or, negative, of the last layer. With `pattern` [n, d_mlp] of zeros and ones
/// the units of the last position of the last layer that are on are those of the pattern, whatever
/// their sign.
inline Activations forward(const at::Tensor& flat, const ParameterLayout& layout,
                           const at::Tensor& tokens, const at::Tensor& pattern = {},
                           int of_layer = -1) {
    const ModelShape& shape = layout.shape();
    const std::int64_t n = tokens.size(0);
    const std::int64_t context = tokens.size(1);
    const auto view = [&](Tensor tensor, int layer) {
        const TensorSpec& spec = layout.spec(tensor, layer);
        const std::vector<std::int64_t> extents(spec.shape.begin(), spec.shape.end());
        return flat
            .narrow(0, static_cast<std::int64_t>(spec.offset), static_cast<std::int64_t>(spec.size))
            .view(extents);
    };
    const auto norm = [&](const at::Tensor& x, Tensor gain, Tensor bias, int layer) {
        return shape.norm == Norm::kPre ? normalised(x, view(gain, layer), view(bias, layer)) : x;
    };
    const at::Tensor future = at::ones({context, context}, at::kBool).triu(1); // [query, key]
    at::Tensor x = view(Tensor::W_E, 0).t().index({tokens}) + view(Tensor::W_pos, 0); // [n, c, d]
    at::Tensor kept_in;
    at::Tensor kept_hidden;
    for (int layer = 0; layer < shape.layers; ++layer) {
        const at::Tensor h = norm(x, Tensor::ln1_gain, Tensor::ln1_bias, layer);
        const at::Tensor k = at::einsum("ihd,npd->niph", {view(Tensor::W_K, layer), h});
        const at::Tensor q = at::einsum("ihd,npd->niph", {view(Tensor::W_Q, layer), h});
        const at::Tensor v = at::einsum("ihd,npd->niph", {view(Tensor::W_V, layer), h});
        const at::Tensor scores =
            (at::einsum("niqh,nikh->niqk", {q, k}) / std::sqrt(static_cast<double>(shape.d_head())))
                .masked_fill(future, -1e10);
        const at::Tensor z = at::einsum("niqk,nikh->nqih", {scores.softmax(-1), v});
        const at::Tensor mlp_in =
            x + at::einsum("nqf,df->nqd", {z.reshape({n, context, -1}), view(Tensor::W_O, layer)});
        const at::Tensor before =
            at::einsum("nqd,md->nqm", {norm(mlp_in, Tensor::ln2_gain, Tensor::ln2_bias, layer),
                                       view(Tensor::W_in, layer)}) +
            view(Tensor::b_in, layer);
        at::Tensor mlp_hidden;
        if (shape.activation == Activation::kGelu) {
            mlp_hidden = 0.5 * before * (1 + (before / std::sqrt(2.0)).erf());
        } else if (pattern.defined() && layer + 1 == shape.layers) {
            mlp_hidden = before * pattern.unsqueeze(1);
        } else {
            mlp_hidden = before.clamp_min(0);
        }
        x = mlp_in + at::einsum("nqm,dm->nqd", {mlp_hidden, view(Tensor::W_out, layer)}) +
            view(Tensor::b_out, layer);
        if (layer == (of_layer < 0 ? shape.layers - 1 : of_layer)) {
            kept_in = mlp_in;
            kept_hidden = mlp_hidden;
        }
    }
    const at::Tensor out = norm(x, Tensor::ln_final_gain, Tensor::ln_final_bias, 0);
    const at::Tensor logits = at::einsum("nqd,dc->nqc", {out, view(Tensor::W_U, 0)});
    const auto last = [&](const at::Tensor& rows) { return rows.select(1, context - 1); };
    return {last(kept_in), last(kept_hidden), last(logits)};
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
