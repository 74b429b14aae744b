#include "engine/reference/transformer.h"

#include <cmath>
#include <cstdint>
#include <vector>

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

ModelWeights ModelWeights::views(const at::Tensor& flat, const ParameterLayout& layout) {
    ModelWeights weights{layout, {}};
    for (const TensorSpec& spec : layout.tensors()) {
        const std::vector<std::int64_t> shape(spec.shape.begin(), spec.shape.end());
        weights.tensors.push_back(view_of(flat, spec.offset, shape));
    }
    return weights;
}

const at::Tensor& ModelWeights::operator()(Tensor tensor, int layer) const {
    const TensorSpec& spec = layout.spec(tensor, layer);
    return tensors[static_cast<std::size_t>(&spec - layout.tensors().data())];
}

std::vector<at::Tensor*> ModelWeights::all() {
    std::vector<at::Tensor*> all;
    for (at::Tensor& tensor : tensors) {
        all.push_back(&tensor);
    }
    return all;
}

namespace {

/// One block on the residual stream x [n, context, d]. With `last_only` the last position alone is
/// a query. Leaves mid and hidden units in `kept`, [n, queries, .].
at::Tensor block(const ModelWeights& w, int layer, const at::Tensor& x, bool last_only,
                 Activations& kept) {
    const ModelShape& shape = w.layout.shape();
    const std::int64_t n = x.size(0);
    const std::int64_t context = x.size(1);
    const std::int64_t queries = last_only ? 1 : context;
    const auto queried = [&](const at::Tensor& rows) {
        return rows.narrow(1, context - queries, queries);
    };
    const auto norm = [&](const at::Tensor& rows, Tensor gain, Tensor bias) {
        return shape.norm == Norm::kPre
                   ? at::layer_norm(rows, {shape.d}, w(gain, layer), w(bias, layer), 1e-5)
                   : rows;
    };
    // [n, heads, positions, d_head]
    const auto per_head = [&](Tensor W, const at::Tensor& rows) {
        return rows.matmul(w(W, layer).reshape({shape.d, shape.d}).t())
            .view({n, rows.size(1), shape.heads, shape.d_head()})
            .transpose(1, 2);
    };
    const at::Tensor h = norm(x, Tensor::ln1_gain, Tensor::ln1_bias);
    const at::Tensor scores =
        per_head(Tensor::W_Q, queried(h)).matmul(per_head(Tensor::W_K, h).transpose(-1, -2)) /
        std::sqrt(static_cast<double>(shape.d_head()));
    const at::Tensor future =
        at::ones({context, context}, at::TensorOptions(at::kBool).device(x.device()))
            .triu(1)
            .narrow(0, context - queries, queries);
    const at::Tensor z = scores.masked_fill(future, -1e10)
                             .softmax(-1)
                             .matmul(per_head(Tensor::W_V, h))
                             .transpose(1, 2)
                             .reshape({n, queries, shape.d});
    kept.mlp_in = queried(x) + z.matmul(w(Tensor::W_O, layer).t());
    const at::Tensor before =
        norm(kept.mlp_in, Tensor::ln2_gain, Tensor::ln2_bias).matmul(w(Tensor::W_in, layer).t()) +
        w(Tensor::b_in, layer);
    kept.mlp_hidden = shape.activation == Activation::kGelu ? at::gelu(before) : before.relu();
    return kept.mlp_in + kept.mlp_hidden.matmul(w(Tensor::W_out, layer).t()) +
           w(Tensor::b_out, layer);
}

} // namespace

Activations forward(const ModelWeights& w, const at::Tensor& a, const at::Tensor& b, int layer) {
    const ModelShape& shape = w.layout.shape();
    if (shape.is_plain()) {
        return forward(Weights{.W_E = w(Tensor::W_E),
                               .W_pos = w(Tensor::W_pos),
                               .W_K = w(Tensor::W_K),
                               .W_Q = w(Tensor::W_Q),
                               .W_V = w(Tensor::W_V),
                               .W_O = w(Tensor::W_O),
                               .W_in = w(Tensor::W_in),
                               .b_in = w(Tensor::b_in),
                               .W_out = w(Tensor::W_out),
                               .b_out = w(Tensor::b_out),
                               .W_U = w(Tensor::W_U)},
                       a, b);
    }
    const at::Tensor equals = at::full_like(a, shape.p);
    const at::Tensor tokens = shape.context == 3
                                  ? at::stack({a, b, equals}, 1)
                                  : at::stack({a, at::full_like(a, shape.p + 1), b, equals}, 1);
    at::Tensor x = at::embedding(w(Tensor::W_E).t(), tokens) + w(Tensor::W_pos);
    const int wanted = layer < 0 ? shape.layers - 1 : layer;
    Activations result;
    for (int l = 0; l < shape.layers; ++l) {
        Activations of_block;
        x = block(w, l, x, l + 1 == shape.layers, of_block);
        if (l == wanted) {
            result.mlp_in = of_block.mlp_in.select(1, -1);
            result.mlp_hidden = of_block.mlp_hidden.select(1, -1);
        }
    }
    x = x.select(1, 0);
    if (shape.norm == Norm::kPre) {
        x = at::layer_norm(x, {shape.d}, w(Tensor::ln_final_gain), w(Tensor::ln_final_bias), 1e-5);
    }
    result.logits = x.matmul(w(Tensor::W_U));
    return result;
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
