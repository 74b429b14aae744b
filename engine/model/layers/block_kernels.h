// The loops of a transformer block that are no matrix products, as a table of functions, one table
// per SIMD instruction set. Products, loss and column sums are those of fused/kernels.h.
// Threads: kernels keep no state; any thread, each on its own outputs.
//
// A matrix [rows, columns] lies row by row, its rows `stride` values apart. Behind the columns a
// row has at least kRowSlack values that are zero or not looked at.
#pragma once

#include "engine/model/fused/kernels.h"

#include <cstddef>

namespace grokscope::layers {

/// Added to the variance before its root (science.md 1.7).
inline constexpr double kNormEpsilon = 1e-5;

/// Values behind a row that a vector may read.
inline constexpr std::size_t kRowSlack = 16;

/// y = xhat * gain + bias, xhat = (x - mean) / sqrt(variance + kNormEpsilon), row by row.
template <typename T>
struct NormRows {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t stride = 0; ///< of all matrices
    const T* x = nullptr;
    const T* gain = nullptr;
    const T* bias = nullptr;
    T* xhat = nullptr;
    T* y = nullptr;
    T* scale = nullptr; ///< [rows] 1 / sqrt(variance + kNormEpsilon)
};

/// The way back: adds the gradient of x to `dx`, and those of gain and bias to their sums.
template <typename T>
struct NormBackward {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t stride = 0;
    const T* dy = nullptr;
    const T* xhat = nullptr;
    const T* scale = nullptr;
    const T* gain = nullptr;
    T* dx = nullptr;
    T* dgain = nullptr;
    T* dbias = nullptr;
};

/// h = f(h + bias) in place, and f' there.
template <typename T>
struct ActivateRows {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t stride = 0;
    bool gelu = false; ///< f is x Phi(x), else the larger of x and 0
    const T* bias = nullptr;
    T* h = nullptr;
    T* slope = nullptr; ///< null: not wanted
};

/// Attention of some sequences, which are called items. A sequence has `slots` positions; queries
/// are those from `first_query` on; at most four positions. The row of an item at a position holds
/// q, k and v of all heads, `part` values apart; rows may be shared between items.
template <typename T>
struct Attention {
    std::size_t items = 0;
    std::size_t slots = 0;
    std::size_t first_query = 0;
    std::size_t heads = 0;
    std::size_t d_head = 0;
    std::size_t part = 0;
    const T* const* rows = nullptr; ///< [slots][items]
    /// Softmax weights [queries][slots][items * heads], items first; those of later positions are
    /// not written.
    T* weights = nullptr;
    T* z = nullptr; ///< [queries * items, heads * d_head], query by query
    std::size_t z_stride = 0;
};

/// The way back from `dz`, laid out as z: the gradients of q at queries, and of k and v at all
/// slots.
template <typename T>
struct AttentionBackward {
    Attention<T> forward; ///< z is not looked at
    const T* dz = nullptr;
    T* const* gradients = nullptr; ///< [slots][items]: rows as those of q, k, v; none is shared
    bool add = false; ///< to the gradients of k and v that are there, where a slot is a query
};

template <typename T>
struct BlockKernels {
    fused::SimdLevel level;

    void (*norm)(const NormRows<T>&);
    void (*norm_backward)(const NormBackward<T>&);
    void (*activate)(const ActivateRows<T>&);
    /// to[i] *= factor[i] on whole matrices of equal stride.
    void (*scale_rows)(std::size_t rows, std::size_t columns, std::size_t stride, const T* factor,
                       T* to);
    /// Adds `bias` to every row.
    void (*add_bias)(std::size_t rows, std::size_t columns, std::size_t stride, const T* bias,
                     T* to);
    void (*attention)(const Attention<T>&);
    void (*attention_backward)(const AttentionBackward<T>&);
};

/// The kernels of a level; Scalar is float or double. Throws std::invalid_argument when the machine
/// lacks the level.
template <typename T>
[[nodiscard]] const BlockKernels<T>& block_kernels(fused::SimdLevel level);
template <>
const BlockKernels<float>& block_kernels<float>(fused::SimdLevel level);
template <>
const BlockKernels<double>& block_kernels<double>(fused::SimdLevel level);

} // namespace grokscope::layers
