// The inner loops of the fused step as a table of functions, one table per SIMD instruction set.
// Threads: kernels keep no state; any thread, each on its own outputs.
//
// Matrices that are multiplied or gathered lie in *panels*: 64 columns side by side, rows below
// each other, panel after panel, [ceil(columns/64)][rows][64], unused columns zero. A panel row is
// a whole number of vectors on every machine, and a panel fits the first or second cache.
#pragma once

#include "engine/model/loss_rule.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace grokscope::fused {

/// Columns of a panel.
inline constexpr std::size_t kPanel = 64;

/// Panels that `columns` columns need.
[[nodiscard]] constexpr std::size_t panels_of(std::size_t columns) {
    return (columns + kPanel - 1) / kPanel;
}

/// Instruction sets, slowest first. kPortable needs nothing beyond the compiler's default target.
enum class SimdLevel : std::uint8_t { kPortable, kSse4, kNeon, kAvx2, kAvx512 };

/// C = A B, or C += A B. A element (i, k) is a[i * a_row + k * a_col], except that A may itself lie
/// in panels: then `a_panel` is the distance between them and k counts through them, 64 at a time.
template <typename T>
struct Product {
    std::size_t rows = 0;
    std::size_t columns = 0; ///< a last vector is filled with whatever B's padding gives: zeros
    std::size_t depth = 0;   ///< a multiple of 64 when a_panel is set
    const T* a = nullptr;
    std::size_t a_row = 0;
    std::size_t a_col = 1;
    std::size_t a_panel = 0;
    const T* b = nullptr; ///< panels, [depth][64] each
    std::size_t b_panel = 0;
    std::size_t b_row = kPanel;
    T* c = nullptr;
    std::size_t c_row = 0;
    std::size_t c_panel = kPanel; ///< 64: an ordinary matrix; else C lies in panels too
    bool accumulate = false;
    bool exact_columns = false; ///< write not one value beyond `columns`
    /// When set, C is zero where mask <= 0: panels [rows][64], `mask_panel` apart.
    const T* mask = nullptr;
    std::size_t mask_panel = 0;
    T* sums = nullptr; ///< when set, the column sums of C are added to it, padding included
};

/// F8 for 64 columns: out[i] = base + sum_h w0[i,h] table0[h][a_i] + w1[i,h] table1[h][b_i].
template <typename T>
struct Gather {
    std::size_t rows = 0;
    std::size_t heads = 0;
    const std::uint16_t* a = nullptr;
    const std::uint16_t* b = nullptr;
    const T* weights0 = nullptr; ///< [rows, heads]
    const T* weights1 = nullptr;
    const T* table0 = nullptr; ///< by token: 64 values of each head
    const T* table1 = nullptr;
    const T* base = nullptr; ///< 64 values
    T* out = nullptr;
    std::size_t out_row = 0;
    bool relu = false;
};

struct LossSums {
    double loss = 0; ///< sum over the rows, in row order
    std::int64_t correct = 0;
};

/// F10 on rows of logits, in place: logits become their gradients when `gradient_scale` > 0.
template <typename T>
struct LossRows {
    std::size_t rows = 0;
    std::size_t classes = 0;
    T* logits = nullptr; ///< row stride `row`; columns up to a multiple of 64 are overwritten
    std::size_t row = 0;
    const std::uint16_t* labels = nullptr;
    LossRule rule = {};
    double gradient_scale = 0;  ///< 1/N
    T* gradient_sums = nullptr; ///< when set, the column sums of the gradients are added to it
    const std::uint8_t* parts = nullptr; ///< when set, the part of each row, 0 or 1
    LossSums* part_sums = nullptr;       ///< of the parts: each row is added to its own, too
};

/// B3 for one token at one position: its row of dG, and with `dots` the products y.G of its pairs.
template <typename T>
struct Scatter {
    const std::uint32_t* pairs = nullptr; ///< the token's pairs, in order
    std::size_t count = 0;
    std::size_t heads = 0;
    std::size_t panels = 0;
    const T* y = nullptr; ///< [N, y_row]
    std::size_t y_row = 0;
    const T* weights = nullptr; ///< [N, heads] of this position
    const T* table =
        nullptr; ///< the token's row in the first panel, 64 values of each head; null: no dots
    T* gradient = nullptr; ///< likewise, overwritten
    std::size_t panel_stride = 0;
    T* dots = nullptr; ///< [N, heads]
};

/// P5 on 64 columns: `error` holds r W2^T and becomes scale * (r W2^T + bias - target).
template <typename T>
struct ProbeError {
    std::size_t rows = 0;
    T* error = nullptr; ///< [rows][64]
    const T* target = nullptr;
    const T* bias = nullptr; ///< 64 values
    double scale = 0;
    T* y = nullptr; ///< when set, y = -error, or y -= error with `add`
    std::size_t y_row = 0;
    bool add = false;
};

/// AdamW in the form of adamw.h, scalars already rounded.
template <typename T>
struct AdamWScalars {
    T keep, beta1, rest1, beta2, rest2, inverse_root2, epsilon, rate;
};

template <typename T>
struct Kernels {
    SimdLevel level;

    /// Matrix product.
    void (*multiply)(const Product<T>&);
    /// Copies a matrix [depth, columns] with any strides into panels.
    void (*pack)(std::size_t depth, std::size_t columns, const T* b, std::size_t b_row,
                 std::size_t b_col, T* out);
    /// c[i * c_row] += sum_k A(i,k) vector(k), A in panels as above, the vector in pieces of 64
    /// that are `vector_panel` apart.
    void (*add_matrix_vector)(std::size_t rows, std::size_t depth, const T* a, std::size_t a_panel,
                              const T* vector, std::size_t vector_panel, T* c, std::size_t c_row);
    /// F4: w0, w1, w2 [rows, heads] from the scores [p, heads] x 2 and [heads].
    void (*attention_weights)(std::size_t rows, std::size_t heads, const std::uint16_t* a,
                              const std::uint16_t* b, const T* scores0, const T* scores1,
                              const T* scores2, T* w0, T* w1, T* w2);
    void (*gather)(const Gather<T>&);
    LossSums (*loss)(const LossRows<T>&);
    void (*scatter)(const Scatter<T>&);
    /// out[j] = sum of rows; `columns` a multiple of 16.
    void (*column_sums)(std::size_t rows, std::size_t columns, const T* matrix, std::size_t row,
                        T* out);
    /// Sum of squares of the unscaled error.
    double (*probe_error)(const ProbeError<T>&);
    /// Nothing but independent multiply-adds in registers, for calibration; returns how many
    /// floating-point operations, two per multiply-add.
    double (*multiply_adds)(std::size_t rounds);
    void (*adamw)(const AdamWScalars<T>&, std::size_t count, T* weights, const T* gradients,
                  T* first_moment, T* second_moment);
};

/// The levels compiled in that this machine has, slowest first.
[[nodiscard]] std::vector<SimdLevel> available_simd_levels();
[[nodiscard]] SimdLevel best_simd_level();
/// "AVX-512", "portable" ...
[[nodiscard]] std::string_view name_of(SimdLevel level);
/// Lets the whole process, AdamW and the instruments too, use no more than `level`: what is
/// available and best is decided anew. Call it before the first kernel is chosen and before there
/// are threads. Throws std::invalid_argument when the machine lacks the level.
void limit_simd_level(SimdLevel level);

/// The kernels of a level; Scalar is float or double. Throws std::invalid_argument when the machine
/// lacks the level.
template <typename T>
[[nodiscard]] const Kernels<T>& kernels(SimdLevel level);

} // namespace grokscope::fused
