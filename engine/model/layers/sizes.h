// Sizes of a transformer and of its rows in memory.
#pragma once

#include "engine/model/layers/block_kernels.h"
#include "engine/model/parameters.h"

#include <cstddef>

namespace grokscope::layers {

/// Values from one row of a matrix to the next: whole cache lines with slack behind, an odd number
/// of lines where that is free, so that rows below each other do not meet in the first cache.
[[nodiscard]] constexpr std::size_t stride_of(std::size_t columns) {
    return (columns + 15) / 16 * 16 + kRowSlack;
}

struct Sizes {
    explicit Sizes(const ModelShape& shape)
        : p(static_cast<std::size_t>(shape.p)), d(static_cast<std::size_t>(shape.d)),
          heads(static_cast<std::size_t>(shape.heads)),
          d_head(static_cast<std::size_t>(shape.d_head())),
          m(static_cast<std::size_t>(shape.d_mlp)), layers(static_cast<std::size_t>(shape.layers)),
          context(static_cast<std::size_t>(shape.context)), norm(shape.norm == Norm::kPre),
          gelu(shape.activation == Activation::kGelu) {}

    std::size_t p, d, heads, d_head, m, layers, context;
    bool norm, gelu;

    /// Positions whose rows depend on the first number alone: a, and in `a op b =` the operation.
    [[nodiscard]] std::size_t early() const { return context - 2; }
    /// Distinct rows before the first block: numbers at two positions, '=', and the operation.
    [[nodiscard]] std::size_t token_rows() const { return 2 * p + early(); }
    /// Columns of q, of k and of v of all heads: whole panels.
    [[nodiscard]] std::size_t part() const { return fused::panels_of(d) * fused::kPanel; }
    [[nodiscard]] std::size_t classes_padded() const { return fused::panels_of(p) * fused::kPanel; }

    [[nodiscard]] std::size_t row() const { return stride_of(d); }              ///< of [., d]
    [[nodiscard]] std::size_t qkv_row() const { return stride_of(3 * part()); } ///< of [., q k v]
    [[nodiscard]] std::size_t hidden_row() const { return stride_of(m); }       ///< of [., d_mlp]
    [[nodiscard]] std::size_t logit_row() const { return stride_of(classes_padded()); }
};

} // namespace grokscope::layers
