// The model and its losses as tensor expressions, to be read beside science.md 1.2 and 2.1.
// Includes ATen: only sources of this folder and its tests may include it.
#pragma once

#include "engine/model/loss_rule.h"
#include "engine/model/parameters.h"
#include "engine/model/probe_state.h"

#include <ATen/ATen.h>

#include <vector>

namespace grokscope {

/// The tensors of one plain layer, in the shapes of ParameterLayout.
struct Weights {
    at::Tensor W_E, W_pos, W_K, W_Q, W_V, W_O, W_in, b_in, W_out, b_out, W_U;

    /// Views of a flat tensor in the given layout; they share its memory.
    [[nodiscard]] static Weights views(const at::Tensor& flat, const ParameterLayout& layout);
    /// All of them in storage order.
    [[nodiscard]] std::array<at::Tensor*, kTensorCount> all();
};

/// The tensors of any transformer of a layout, in its storage order and shapes.
struct ModelWeights {
    ParameterLayout layout;
    std::vector<at::Tensor> tensors;

    /// Views of a flat tensor; they share its memory.
    [[nodiscard]] static ModelWeights views(const at::Tensor& flat, const ParameterLayout& layout);
    /// One of them; of a block that of `layer`. Throws std::out_of_range when there is none.
    [[nodiscard]] const at::Tensor& operator()(Tensor tensor, int layer = 0) const;
    [[nodiscard]] std::vector<at::Tensor*> all();
};

/// What the last position computes, one row per pair; of several layers the last, unless another
/// was asked for.
struct Activations {
    at::Tensor mlp_in;     ///< [n, d] residual stream after attention
    at::Tensor mlp_hidden; ///< [n, d_mlp] after the activation
    at::Tensor logits;     ///< [n, p]
};

/// Forward pass of the last position. a, b: int64 tokens [n]. Works in the type and on the device
/// of the weights. Exact although positions 0 and 1 are never computed: without layer norm they
/// reach the last one only through keys and values, which depend on the token alone, so p rows per
/// position serve all pairs.
[[nodiscard]] Activations forward(const Weights& weights, const at::Tensor& a, const at::Tensor& b);

/// The same for any model (science.md 1.8). One plain layer goes the way above; others compute all
/// positions of all layers, causally, and of the last layer only the last position. mlp_in and
/// mlp_hidden are those of `layer`, counted from 0; negative: of the last.
[[nodiscard]] Activations forward(const ModelWeights& weights, const at::Tensor& a,
                                  const at::Tensor& b, int layer = -1);

/// Mean loss in nats, cross-entropy unless `rule` says otherwise, a float64 scalar: the logits are
/// cast first, because a float32 log-softmax is coarser than the loss after memorisation. labels:
/// int64 [n].
[[nodiscard]] at::Tensor task_loss(const at::Tensor& logits, const at::Tensor& labels,
                                   const LossRule& rule = {});

/// The tensors of a probe f_k.
struct ProbeWeights {
    at::Tensor W1, b1, W2, b2;

    /// Views of a flat tensor in the given layout; they share its memory.
    [[nodiscard]] static ProbeWeights views(const at::Tensor& flat, const ProbeLayout& layout);
    [[nodiscard]] std::array<at::Tensor*, 4> all() { return {&W1, &b1, &W2, &b2}; }
};

/// f_k(x), [n, d_mlp] from x [n, d].
[[nodiscard]] at::Tensor predict(const ProbeWeights& probe, const at::Tensor& x);

} // namespace grokscope
