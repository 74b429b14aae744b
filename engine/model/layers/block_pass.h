// One block of the transformer on some rows, forward and back. docs/engine.md derives the
// equations that comments name.
// Threads: any; each call on its own rows.
#pragma once

#include "engine/model/layers/packed_weights.h"

#include <cstddef>

namespace grokscope::layers {

/// The rows of one layer that belong to one chunk. Rows that are queries come query by query.
template <typename T>
struct BlockRows {
    T* normal1 = nullptr; ///< [rows, d] what q, k and v are made of
    T* xhat1 = nullptr;   ///< with norm: before gain and bias
    T* scale1 = nullptr;  ///< with norm: [rows]
    T* qkv = nullptr;     ///< [rows, q k v]
    T* weights = nullptr; ///< of attention (block_kernels.h)
    T* z = nullptr;       ///< [queries, d]
    T* normal2 = nullptr; ///< [queries, d] what the MLP reads
    T* xhat2 = nullptr;
    T* scale2 = nullptr;
    T* hidden = nullptr; ///< [queries, d_mlp]
    T* slope = nullptr;  ///< [queries, d_mlp] of the activation; back: gradients before it. Null:
                         ///< there will be no way back
    // Back.
    T* dqkv = nullptr; ///< as qkv
    T* dmid = nullptr; ///< [queries, d] of the residual stream between attention and MLP
    T* dout = nullptr; ///< [queries, d] behind the MLP
};

/// Memory of the rows of one layer that has no way back.
template <typename T>
struct ForwardMemory {
    ForwardMemory(const Sizes& sizes, std::size_t rows)
        : normal1(rows * sizes.row()), xhat1(normal1.size()), scale1(rows),
          qkv(rows * sizes.qkv_row()), weights(rows * sizes.context * sizes.heads + kRowSlack),
          z(normal1.size()), normal2(normal1.size()), xhat2(normal1.size()), scale2(rows),
          hidden(rows * sizes.hidden_row()) {}

    [[nodiscard]] BlockRows<T> rows() {
        return {.normal1 = normal1.data(),
                .xhat1 = xhat1.data(),
                .scale1 = scale1.data(),
                .qkv = qkv.data(),
                .weights = weights.data(),
                .z = z.data(),
                .normal2 = normal2.data(),
                .xhat2 = xhat2.data(),
                .scale2 = scale2.data(),
                .hidden = hidden.data()};
    }

    AlignedBuffer<T> normal1, xhat1, scale1, qkv, weights, z, normal2, xhat2, scale2, hidden;
};

/// Where the sums of a LayerNorm's gradients go, [d] each.
template <typename T>
struct NormSums {
    T* gain = nullptr;
    T* bias = nullptr;
};

/// Gradients that enter beside an MLP from elsewhere, of the last `rows` queries.
template <typename T>
struct FromProbes {
    std::size_t rows = 0;
    const T* hidden = nullptr; ///< [rows, d_mlp] of the hidden units; null: none
    std::size_t hidden_row = 0;
    const T* mid = nullptr; ///< [rows, d] of the stream between attention and MLP; null: none
};

/// Scratch rows.
template <typename T>
struct BlockScratch {
    T* row = nullptr;    ///< [rows, d]
    T* hidden = nullptr; ///< [rows, d_mlp]
};

template <typename T>
class BlockPass {
public:
    BlockPass(const Sizes& sizes, const fused::Kernels<T>& kernels,
              const BlockKernels<T>& block_kernels, const PackedWeights<T>& weights)
        : sizes_(sizes), kernels_(kernels), block_(block_kernels), packed_(weights) {}

    /// The weights that are not packed; they outlive the calls that follow.
    void use(const BasicParameters<T>& parameters) { parameters_ = &parameters; }

    /// normal1, k and v of all rows of x [rows, d], and q of those from `first_query` on.
    void enter(std::size_t layer, std::size_t rows, std::size_t first_query, const T* x,
               const BlockRows<T>& to) const;

    /// Attention and MLP. `x` [queries, d] is the residual stream at the queries and moves on.
    /// `attention` says who looks at whom; its weights and z are set here. With `mid` the stream
    /// between attention and MLP is copied there.
    void forward(std::size_t layer, Attention<T> attention, T* x, const BlockRows<T>& rows,
                 T* mid = nullptr) const;

    /// forward() one step after the other, for who looks at what is in between. Attention: weights
    /// and z.
    void attend(Attention<T> attention, const BlockRows<T>& rows) const;
    /// x += W_O z.
    void add_heads(std::size_t layer, std::size_t queries, const BlockRows<T>& rows, T* x) const;
    /// The hidden units of the MLP behind x, in rows.hidden.
    void hide(std::size_t layer, std::size_t queries, const T* x, const BlockRows<T>& rows) const;
    /// x += W_out hidden + b_out.
    void add_mlp(std::size_t layer, std::size_t queries, const BlockRows<T>& rows, T* x) const;

    /// The way back through MLP and output of attention: dx [queries, d] moves back to before
    /// attention, as far as the residual stream goes. Leaves the gradient of z in scratch.row.
    /// Gradients of `probes` are added.
    void backward(std::size_t layer, std::size_t queries, T* dx, const BlockRows<T>& rows,
                  const NormSums<T>& sums, const BlockScratch<T>& scratch,
                  const FromProbes<T>& probes = {}) const;

    /// The way back through attention to the rows of `gradients`; `add` as in AttentionBackward.
    void attend_backward(Attention<T> attention, const T* dz, T* const* gradients,
                         const BlockRows<T>& rows, bool add) const;

    /// The way back to the block's input: adds to dx [rows, d]. Gradients of q count from row
    /// `first_query` on.
    void leave(std::size_t layer, std::size_t rows, std::size_t first_query, T* dx,
               const BlockRows<T>& from, const NormSums<T>& sums,
               const BlockScratch<T>& scratch) const;

    /// x before the unembedding: normalised, or as it is.
    void normalise_last(std::size_t rows, const T* x, T* xhat, T* scale, T* normal) const;
    /// The way back from its gradients dy, added to dx.
    void last_norm_backward(std::size_t rows, const T* dy, const T* xhat, const T* scale, T* dx,
                            const NormSums<T>& sums) const;
    /// [rows, p] from normal [rows, d].
    void unembed(std::size_t rows, const T* normal, T* logits) const;
    /// dy [rows, d] from the gradients of logits.
    void unembed_backward(std::size_t rows, const T* dlogits, T* dy) const;

private:
    [[nodiscard]] const T* tensor(Tensor which, std::size_t layer) const {
        return parameters_->view(which, static_cast<int>(layer)).data();
    }
    void norm(std::size_t rows, const T* x, const T* gain, const T* bias, T* xhat, T* scale,
              T* normal) const;
    void norm_backward(std::size_t rows, const T* dy, const T* xhat, const T* scale, const T* gain,
                       T* dx, const NormSums<T>& sums) const;
    void copy_rows(std::size_t rows, const T* from, T* to) const;

    const Sizes& sizes_;
    const fused::Kernels<T>& kernels_;
    const BlockKernels<T>& block_;
    const PackedWeights<T>& packed_;
    const BasicParameters<T>* parameters_ = nullptr;
};

} // namespace grokscope::layers
