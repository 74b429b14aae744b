#include "engine/model/layers/weight_gradients.h"

#include <algorithm>

namespace grokscope::layers {

template <typename T>
void add_tile(const fused::Kernels<T>& kernels, const GradientTile<T>& tile, bool accumulate,
              T* out) {
    for (std::size_t row = 0; row < tile.rows; row += kSumRows) {
        kernels.multiply({.rows = tile.n,
                          .columns = tile.k,
                          .depth = std::min(kSumRows, tile.rows - row),
                          .a = tile.a + row * tile.a_row,
                          .a_row = 1,
                          .a_col = tile.a_row,
                          .b = tile.b + row * tile.b_row,
                          .b_panel = fused::kPanel,
                          .b_row = tile.b_row,
                          .c = out + tile.out,
                          .c_row = tile.out_row,
                          .accumulate = accumulate || row > 0,
                          .exact_columns = true});
    }
}

template <typename T>
void cut_into_tiles(const GradientTile<T>& whole, std::vector<GradientTile<T>>& tiles) {
    constexpr std::size_t kRows = 64;
    constexpr std::size_t kColumns = 128;
    for (std::size_t n = 0; n < whole.n; n += kRows) {
        for (std::size_t k = 0; k < whole.k; k += kColumns) {
            GradientTile<T> tile = whole;
            tile.a += n;
            tile.b += k;
            tile.n = std::min(kRows, whole.n - n);
            tile.k = std::min(kColumns, whole.k - k);
            tile.out += n * whole.out_row + k;
            tiles.push_back(tile);
        }
    }
}

template void add_tile<float>(const fused::Kernels<float>&, const GradientTile<float>&, bool,
                              float*);
template void add_tile<double>(const fused::Kernels<double>&, const GradientTile<double>&, bool,
                               double*);
template void cut_into_tiles<float>(const GradientTile<float>&, std::vector<GradientTile<float>>&);
template void cut_into_tiles<double>(const GradientTile<double>&,
                                     std::vector<GradientTile<double>>&);

} // namespace grokscope::layers
