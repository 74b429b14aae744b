#include "engine/reference/transformer.h"

#include <cmath>
#include <cstdint>

namespace grokscope {

namespace {

at::Tensor view_of(const at::Tensor& flat, std::size_t offset, at::IntArrayRef shape) {
    const std::int64_t size = c10::multiply_integers(shape);
    return flat.narrow(0, static_cast<std::int64_t>(offset), size).view(shape);
}

} // namespace

Weights Weights::views(const at::Tensor& flat, const ParameterLayout& layout) {
    const std::int64_t p = layout.shape().p;
    const std::int64_t d = layout.shape().d;
    const std::int64_t m = layout.shape().d_mlp;
    const std::int64_t heads = layout.shape().heads;
    const std::int64_t d_head = layout.shape().d_head();
    const auto view = [&](Tensor tensor, at::IntArrayRef shape) {
        return view_of(flat, layout.offset(tensor), shape);
    };
    return {.W_E = view(Tensor::W_E, {d, p + 1}),
            .W_pos = view(Tensor::W_pos, {3, d}),
            .W_K = view(Tensor::W_K, {heads, d_head, d}),
            .W_Q = view(Tensor::W_Q, {heads, d_head, d}),
            .W_V = view(Tensor::W_V, {heads, d_head, d}),
            .W_O = view(Tensor::W_O, {d, heads * d_head}),
            .W_in = view(Tensor::W_in, {m, d}),
            .b_in = view(Tensor::b_in, {m}),
            .W_out = view(Tensor::W_out, {d, m}),
            .b_out = view(Tensor::b_out, {d}),
            .W_U = view(Tensor::W_U, {d, p})};
}

std::array<at::Tensor*, kTensorCount> Weights::all() {
    return {&W_E, &W_pos, &W_K, &W_Q, &W_V, &W_O, &W_in, &b_in, &W_out, &b_out, &W_U};
}

Activations forward(const Weights& w, const at::Tensor& a, const at::Tensor& b) {
    const std::int64_t d = w.W_E.size(0);
    const std::int64_t p = w.W_E.size(1) - 1;
    const std::int64_t heads = w.W_K.size(0);
    const std::int64_t d_head = w.W_K.size(1);
    const std::int64_t n = a.size(0);

    // The residual stream before attention: all numbers at positions 0 and 1, '=' at position 2.
    const at::Tensor tokens = w.W_E.t();                          // [p+1, d]
    const at::Tensor x_0 = tokens.narrow(0, 0, p) + w.W_pos[0];   // [p, d]
    const at::Tensor x_1 = tokens.narrow(0, 0, p) + w.W_pos[1];   // [p, d]
    const at::Tensor x_2 = (tokens[p] + w.W_pos[2]).unsqueeze(0); // [1, d]

    const auto per_head = [&](const at::Tensor& W, const at::Tensor& x) {
        return x.matmul(W.reshape({heads * d_head, d}).t()).view({-1, heads, d_head});
    };
    const at::Tensor query = per_head(w.W_Q, x_2); // [1, heads, d_head]
    const auto scores = [&](const at::Tensor& x) { // [rows, heads]
        return (per_head(w.W_K, x) * query).sum(-1) / std::sqrt(static_cast<double>(d_head));
    };
    // at::embedding(table, index): the rows of a table, pair by pair.
    const at::Tensor attention =
        at::stack({at::embedding(scores(x_0), a), at::embedding(scores(x_1), b),
                   scores(x_2).expand({n, heads})},
                  -1)
            .softmax(-1); // [n, heads, 3]
    const auto rows = [&](const at::Tensor& table, const at::Tensor& index) {
        return at::embedding(table.reshape({p, heads * d_head}), index).view({n, heads, d_head});
    };
    const auto weight = [&](std::int64_t position) {
        return attention.select(-1, position).unsqueeze(-1); // [n, heads, 1]
    };
    const at::Tensor z = weight(0) * rows(per_head(w.W_V, x_0), a) +
                         weight(1) * rows(per_head(w.W_V, x_1), b) +
                         weight(2) * per_head(w.W_V, x_2); // [n, heads, d_head]

    Activations result;
    result.mlp_in = x_2 + z.view({n, heads * d_head}).matmul(w.W_O.t());
    result.mlp_hidden = at::addmm(w.b_in, result.mlp_in, w.W_in.t()).relu();
    const at::Tensor out = result.mlp_in + at::addmm(w.b_out, result.mlp_hidden, w.W_out.t());
    result.logits = out.matmul(w.W_U);
    return result;
}

at::Tensor task_loss(const at::Tensor& logits, const at::Tensor& labels, const LossRule& rule) {
    at::Tensor x = logits.to(at::kDouble);
    if (rule.temperature != 1) {
        x = x / rule.temperature;
    }
    if (!rule.stablemax) {
        return at::cross_entropy_loss(x, labels);
    }
    // The tiny number keeps the branch that is not taken finite at x = 1: its gradient is
    // multiplied by zero there.
    const at::Tensor s = at::where(x < 0, 1 / (1 - x + 1e-30), x + 1);
    const at::Tensor right = s.gather(-1, labels.unsqueeze(-1)).squeeze(-1);
    return (s.sum(-1) / right).log().mean();
}

ProbeWeights ProbeWeights::views(const at::Tensor& flat, const ProbeLayout& layout) {
    return {.W1 = view_of(flat, layout.W1(), {layout.width, layout.d}),
            .b1 = view_of(flat, layout.b1(), {layout.width}),
            .W2 = view_of(flat, layout.W2(), {layout.d_mlp, layout.width}),
            .b2 = view_of(flat, layout.b2(), {layout.d_mlp})};
}

at::Tensor predict(const ProbeWeights& probe, const at::Tensor& x) {
    const at::Tensor hidden = at::addmm(probe.b1, x, probe.W1.t()).relu();
    return at::addmm(probe.b2, hidden, probe.W2.t());
}

} // namespace grokscope
