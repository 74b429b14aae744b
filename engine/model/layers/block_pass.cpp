#include "engine/model/layers/block_pass.h"

#include <algorithm>

namespace grokscope::layers {

using fused::Into;
using fused::kPanel;

namespace {

/// Only k and v of a packed [d, q k v].
template <typename T>
Packed<T> without_queries(const Packed<T>& qkv, std::size_t part) {
    return {qkv.data + part / kPanel * qkv.panel, qkv.depth, 2 * part, qkv.panel};
}

/// Only q of it.
template <typename T>
Packed<T> only_queries(const Packed<T>& qkv, std::size_t part) {
    return {qkv.data, qkv.depth, part, qkv.panel};
}

/// A packed [q k v, d] for gradients of k and v alone.
template <typename T>
Packed<T> back_without_queries(const Packed<T>& qkv_back, std::size_t part) {
    return {qkv_back.data + part * kPanel, 2 * part, qkv_back.columns, qkv_back.panel};
}

template <typename T>
void add_rows(std::size_t rows, std::size_t columns, const T* from, std::size_t from_row, T* to,
              std::size_t to_row) {
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < columns; ++j) {
            to[i * to_row + j] += from[i * from_row + j];
        }
    }
}

} // namespace

template <typename T>
void BlockPass<T>::copy_rows(std::size_t rows, const T* from, T* to) const {
    std::copy_n(from, rows * sizes_.row(), to);
}

template <typename T>
void BlockPass<T>::norm(std::size_t rows, const T* x, const T* gain, const T* bias, T* xhat,
                        T* scale, T* normal) const {
    block_.norm({.rows = rows,
                 .columns = sizes_.d,
                 .stride = sizes_.row(),
                 .x = x,
                 .gain = gain,
                 .bias = bias,
                 .xhat = xhat,
                 .y = normal,
                 .scale = scale});
}

template <typename T>
void BlockPass<T>::norm_backward(std::size_t rows, const T* dy, const T* xhat, const T* scale,
                                 const T* gain, T* dx, const NormSums<T>& sums) const {
    block_.norm_backward({.rows = rows,
                          .columns = sizes_.d,
                          .stride = sizes_.row(),
                          .dy = dy,
                          .xhat = xhat,
                          .scale = scale,
                          .gain = gain,
                          .dx = dx,
                          .dgain = sums.gain,
                          .dbias = sums.bias});
}

template <typename T>
void BlockPass<T>::enter(std::size_t layer, std::size_t rows, std::size_t first_query, const T* x,
                         const BlockRows<T>& to) const {
    const std::size_t part = sizes_.part();
    if (sizes_.norm) {
        norm(rows, x, tensor(Tensor::ln1_gain, layer), tensor(Tensor::ln1_bias, layer), to.xhat1,
             to.scale1, to.normal1);
    } else {
        copy_rows(rows, x, to.normal1);
    }
    const Packed<T>& qkv = packed_.layer(layer).qkv;
    const std::size_t row = sizes_.row();
    const std::size_t qkv_row = sizes_.qkv_row();
    if (first_query == 0) {
        multiply(kernels_, rows, to.normal1, row, qkv, to.qkv, qkv_row, Into::kOverwrite);
        return;
    }
    multiply(kernels_, rows, to.normal1, row, without_queries(qkv, part), to.qkv + part, qkv_row,
             Into::kOverwrite);
    if (first_query < rows) {
        multiply(kernels_, rows - first_query, to.normal1 + first_query * row, row,
                 only_queries(qkv, part), to.qkv + first_query * qkv_row, qkv_row,
                 Into::kOverwrite);
    }
}

template <typename T>
void BlockPass<T>::forward(std::size_t layer, Attention<T> attention, T* x,
                           const BlockRows<T>& rows, T* mid) const {
    const std::size_t queries = (attention.slots - attention.first_query) * attention.items;
    attend(attention, rows);
    add_heads(layer, queries, rows, x);
    if (mid != nullptr) {
        copy_rows(queries, x, mid);
    }
    hide(layer, queries, x, rows);
    add_mlp(layer, queries, rows, x);
}

template <typename T>
void BlockPass<T>::attend(Attention<T> attention, const BlockRows<T>& rows) const {
    attention.weights = rows.weights;
    attention.z = rows.z;
    block_.attention(attention);
}

template <typename T>
void BlockPass<T>::add_heads(std::size_t layer, std::size_t queries, const BlockRows<T>& rows,
                             T* x) const {
    multiply(kernels_, queries, rows.z, sizes_.row(), packed_.layer(layer).O, x, sizes_.row(),
             Into::kAdd);
}

template <typename T>
void BlockPass<T>::hide(std::size_t layer, std::size_t queries, const T* x,
                        const BlockRows<T>& rows) const {
    const std::size_t hidden_row = sizes_.hidden_row();
    if (sizes_.norm) {
        norm(queries, x, tensor(Tensor::ln2_gain, layer), tensor(Tensor::ln2_bias, layer),
             rows.xhat2, rows.scale2, rows.normal2);
    } else {
        copy_rows(queries, x, rows.normal2);
    }
    multiply(kernels_, queries, rows.normal2, sizes_.row(), packed_.layer(layer).in, rows.hidden,
             hidden_row, Into::kOverwrite);
    block_.activate({.rows = queries,
                     .columns = sizes_.m,
                     .stride = hidden_row,
                     .gelu = sizes_.gelu,
                     .bias = tensor(Tensor::b_in, layer),
                     .h = rows.hidden,
                     .slope = rows.slope});
}

template <typename T>
void BlockPass<T>::add_mlp(std::size_t layer, std::size_t queries, const BlockRows<T>& rows,
                           T* x) const {
    const std::size_t row = sizes_.row();
    block_.add_bias(queries, sizes_.d, row, tensor(Tensor::b_out, layer), x);
    multiply(kernels_, queries, rows.hidden, sizes_.hidden_row(), packed_.layer(layer).out, x, row,
             Into::kAdd);
}

template <typename T>
void BlockPass<T>::backward(std::size_t layer, std::size_t queries, T* dx, const BlockRows<T>& rows,
                            const NormSums<T>& sums, const BlockScratch<T>& scratch,
                            const FromProbes<T>& probes) const {
    const auto& weights = packed_.layer(layer);
    const std::size_t row = sizes_.row();
    const std::size_t hidden_row = sizes_.hidden_row();
    const std::size_t probed = queries - probes.rows; // the first row that is
    copy_rows(queries, dx, rows.dout);
    multiply(kernels_, queries, dx, row, weights.out_back, scratch.hidden, hidden_row,
             Into::kOverwrite);
    if (probes.hidden != nullptr) {
        add_rows(probes.rows, sizes_.m, probes.hidden, probes.hidden_row,
                 scratch.hidden + probed * hidden_row, hidden_row);
    }
    block_.scale_rows(queries, sizes_.m, hidden_row, scratch.hidden, rows.slope);
    if (sizes_.norm) {
        multiply(kernels_, queries, rows.slope, hidden_row, weights.in_back, scratch.row, row,
                 Into::kOverwrite);
        norm_backward(queries, scratch.row, rows.xhat2, rows.scale2,
                      tensor(Tensor::ln2_gain, layer), dx, sums);
    } else {
        multiply(kernels_, queries, rows.slope, hidden_row, weights.in_back, dx, row, Into::kAdd);
    }
    if (probes.mid != nullptr) {
        add_rows(probes.rows, sizes_.d, probes.mid, row, dx + probed * row, row);
    }
    copy_rows(queries, dx, rows.dmid);
    multiply(kernels_, queries, dx, row, weights.O_back, scratch.row, row, Into::kOverwrite);
}

template <typename T>
void BlockPass<T>::attend_backward(Attention<T> attention, const T* dz, T* const* gradients,
                                   const BlockRows<T>& rows, bool add) const {
    attention.weights = rows.weights;
    block_.attention_backward({.forward = attention, .dz = dz, .gradients = gradients, .add = add});
}

template <typename T>
void BlockPass<T>::leave(std::size_t layer, std::size_t rows, std::size_t first_query, T* dx,
                         const BlockRows<T>& from, const NormSums<T>& sums,
                         const BlockScratch<T>& scratch) const {
    const std::size_t part = sizes_.part();
    const std::size_t row = sizes_.row();
    const std::size_t qkv_row = sizes_.qkv_row();
    const Packed<T>& qkv = packed_.layer(layer).qkv_back;
    T* to = sizes_.norm ? scratch.row : dx;
    const Into into = sizes_.norm ? Into::kOverwrite : Into::kAdd;
    const std::size_t early = std::min(first_query, rows);
    multiply(kernels_, early, from.dqkv + part, qkv_row, back_without_queries(qkv, part), to, row,
             into);
    multiply(kernels_, rows - early, from.dqkv + early * qkv_row, qkv_row, qkv, to + early * row,
             row, into);
    if (sizes_.norm) {
        norm_backward(rows, scratch.row, from.xhat1, from.scale1, tensor(Tensor::ln1_gain, layer),
                      dx, sums);
    }
}

template <typename T>
void BlockPass<T>::normalise_last(std::size_t rows, const T* x, T* xhat, T* scale,
                                  T* normal) const {
    if (sizes_.norm) {
        norm(rows, x, tensor(Tensor::ln_final_gain, 0), tensor(Tensor::ln_final_bias, 0), xhat,
             scale, normal);
    } else {
        copy_rows(rows, x, normal);
    }
}

template <typename T>
void BlockPass<T>::last_norm_backward(std::size_t rows, const T* dy, const T* xhat, const T* scale,
                                      T* dx, const NormSums<T>& sums) const {
    norm_backward(rows, dy, xhat, scale, tensor(Tensor::ln_final_gain, 0), dx, sums);
}

template <typename T>
void BlockPass<T>::unembed(std::size_t rows, const T* normal, T* logits) const {
    multiply(kernels_, rows, normal, sizes_.row(), packed_.U(), logits, sizes_.logit_row(),
             Into::kOverwrite);
}

template <typename T>
void BlockPass<T>::unembed_backward(std::size_t rows, const T* dlogits, T* dy) const {
    multiply(kernels_, rows, dlogits, sizes_.logit_row(), packed_.U_back(), dy, sizes_.row(),
             Into::kOverwrite);
}

template class BlockPass<float>;
template class BlockPass<double>;

} // namespace grokscope::layers
