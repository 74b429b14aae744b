// Gradients of the weight matrices: sums over all rows of a slice, tile by tile.
// Threads: tiles are independent; each is one unit.
#pragma once

#include "engine/model/layers/chunk_rows.h"

#include <cstddef>
#include <vector>

namespace grokscope::layers {

/// A gradient or a part of it: out[n, k] = sum over rows of a[row, n] b[row, k].
template <typename T>
struct GradientTile {
    const T* a = nullptr;
    std::size_t a_row = 0;
    const T* b = nullptr;
    std::size_t b_row = 0;
    std::size_t rows = 0;
    /// When set, only the second half of each group of so many rows counts: the last position of
    /// the pairs of a chunk. The last group may be smaller.
    std::size_t group = 0;
    std::size_t n = 0;   ///< rows of the tile
    std::size_t k = 0;   ///< columns of the tile
    std::size_t out = 0; ///< its first value in the flat buffer
    std::size_t out_row = 0;
};

/// Adds a tile to what is there, or overwrites it, sums in the order of rows.
template <typename T>
void add_tile(const fused::Kernels<T>& kernels, const GradientTile<T>& tile, bool accumulate,
              T* out);

/// Cuts a gradient [n, k] into tiles and appends them.
template <typename T>
void cut_into_tiles(const GradientTile<T>& whole, std::vector<GradientTile<T>>& tiles);

} // namespace grokscope::layers
