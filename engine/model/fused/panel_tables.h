// Linear images of the residual stream, made on the 2p distinct rows instead of on every pair.
// Threads: the units of one phase work on different panels or heads.
#pragma once

#include "engine/model/aligned_buffer.h"
#include "engine/model/fused/shape.h"
#include "engine/model/fused/workspace.h"

#include <cstddef>

namespace grokscope::fused {

/// What the attention of one epoch leaves behind for its pairs: everything F8 needs beside R.
template <typename T>
struct AttentionState {
    AttentionState(const FusedShape& shape, std::size_t pairs)
        : S(shape.tokens() * shape.K_padded()), m2(shape.d_padded()), W_O(shape.d * shape.K),
          w0(pairs * shape.heads), w1(w0.size()), w2(w0.size()) {}

    AlignedBuffer<T> S;   ///< F5 [2p, K_padded]: values of the distinct rows less that of '='
    AlignedBuffer<T> m2;  ///< F6 [d]: the residual if every head looked at '=' only
    AlignedBuffer<T> W_O; ///< [d, K], a copy: the weights move on
    AlignedBuffer<T> w0;  ///< F4 [pairs, heads]
    AlignedBuffer<T> w1;
    AlignedBuffer<T> w2;
};

/// Tables of F7 for some columns of R: x[s] = base + sum_h (w0 G[h][a] + w1 G[h][p + b]).
template <typename T>
struct PanelTables {
    PanelTables(const FusedShape& shape, std::size_t panel_count)
        : panels(panel_count), R(panels * r_panel(shape)), A(panels * a_panel(shape)),
          G(panels * g_panel(shape)), base(panels * kPanel) {}

    [[nodiscard]] static std::size_t r_panel(const FusedShape& s) { return s.d * kPanel; }
    [[nodiscard]] static std::size_t a_panel(const FusedShape& s) { return s.K * kPanel; }
    [[nodiscard]] static std::size_t g_row(const FusedShape& s) { return s.heads * kPanel; }
    [[nodiscard]] static std::size_t g_panel(const FusedShape& s) { return s.tokens() * g_row(s); }

    std::size_t panels;
    AlignedBuffer<T> R;    ///< panels [d][64]
    AlignedBuffer<T> A;    ///< W_O^T R, panels [K][64]
    AlignedBuffer<T> G;    ///< panels [2p][heads][64]: what a pair needs of a token is contiguous
    AlignedBuffer<T> base; ///< m2 R + bias
};

/// R and A of one panel from `columns` <= 64 columns of the matrix `r` [d, columns].
template <typename T>
void build_columns(const Kernels<T>& kernels, const FusedShape& shape, const Matrix<T>& r,
                   std::size_t columns, const T* W_O, std::size_t panel, PanelTables<T>& tables) {
    T* R = tables.R.data() + panel * tables.r_panel(shape);
    kernels.pack(shape.d, columns, r.data, r.row, r.col, R);
    kernels.multiply({.rows = shape.K,
                      .columns = kPanel,
                      .depth = shape.d,
                      .a = W_O,
                      .a_row = 1,
                      .a_col = shape.K,
                      .b = R,
                      .c = tables.A.data() + panel * tables.a_panel(shape),
                      .c_row = kPanel});
}

/// G of one head for rows [first_row, first_row + rows) and panels [first, first + count).
template <typename T>
void build_rows(const Kernels<T>& kernels, const FusedShape& shape, const T* S, std::size_t head,
                std::size_t first_row, std::size_t rows, std::size_t first, std::size_t count,
                PanelTables<T>& tables) {
    kernels.multiply(
        {.rows = rows,
         .columns = count * kPanel,
         .depth = shape.d_head,
         .a = S + first_row * shape.K_padded() + head * shape.d_head,
         .a_row = shape.K_padded(),
         .b = tables.A.data() + first * tables.a_panel(shape) + head * shape.d_head * kPanel,
         .b_panel = tables.a_panel(shape),
         .c = tables.G.data() + first * tables.g_panel(shape) + first_row * tables.g_row(shape) +
              head * kPanel,
         .c_row = tables.g_row(shape),
         .c_panel = tables.g_panel(shape)});
}

/// base = m2 R + bias for panels [first, first + count); `bias` has count * 64 values.
template <typename T>
void build_base(const Kernels<T>& kernels, const FusedShape& shape, const T* m2, const T* bias,
                std::size_t first, std::size_t count, PanelTables<T>& tables) {
    T* base = tables.base.data() + first * kPanel;
    for (std::size_t j = 0; j < count * kPanel; ++j) {
        base[j] = bias[j];
    }
    kernels.multiply({.rows = 1,
                      .columns = count * kPanel,
                      .depth = shape.d,
                      .a = m2,
                      .b = tables.R.data() + first * tables.r_panel(shape),
                      .b_panel = tables.r_panel(shape),
                      .c = base,
                      .accumulate = true});
}

/// F8 of a block of pairs for one panel.
template <typename T>
void gather_panel(const Kernels<T>& kernels, const FusedShape& shape, const PanelTables<T>& tables,
                  std::size_t panel, std::size_t rows, const std::uint16_t* a,
                  const std::uint16_t* b, const T* w0, const T* w1, T* out, std::size_t out_row,
                  bool relu) {
    const T* table = tables.G.data() + panel * tables.g_panel(shape);
    kernels.gather({.rows = rows,
                    .heads = shape.heads,
                    .a = a,
                    .b = b,
                    .weights0 = w0,
                    .weights1 = w1,
                    .table0 = table,
                    .table1 = table + shape.p * tables.g_row(shape),
                    .base = tables.base.data() + panel * kPanel,
                    .out = out,
                    .out_row = out_row,
                    .relu = relu});
}

} // namespace grokscope::fused
