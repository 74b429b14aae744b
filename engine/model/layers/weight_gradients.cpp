#include "engine/model/layers/weight_gradients.h"

#include <algorithm>

namespace grokscope::layers {

namespace {

/// Rows that are added up at a time, so that a strip of both factors stays in the first caches.
constexpr std::size_t kSumRows = 128;
/// Rows of a tile that pass between two requests for the rows that come next.
constexpr std::size_t kPassRows = 24;

/// Asks for the rows of both factors that come next, a few at a time: they come from the third
/// cache in pieces too short for the processor to foresee.
template <typename T>
class Ahead {
public:
    Ahead(const GradientTile<T>& tile, std::size_t first, std::size_t passes)
        : tile_(tile), row_(first), end_(std::min(first + kSumRows, tile.rows)),
          rows_((end_ - std::min(first, end_) + passes - 1) / passes) {}

    void ask() {
        constexpr std::size_t kLine = 64 / sizeof(T);
        for (const std::size_t end = std::min(row_ + rows_, end_); row_ < end; ++row_) {
            for (std::size_t j = 0; j < tile_.n; j += kLine) {
                __builtin_prefetch(tile_.a + row_ * tile_.a_row + j, 0, 2);
            }
            for (std::size_t j = 0; j < tile_.k; j += kLine) {
                __builtin_prefetch(tile_.b + row_ * tile_.b_row + j, 0, 2);
            }
        }
    }

private:
    const GradientTile<T>& tile_;
    std::size_t row_;
    std::size_t end_;
    std::size_t rows_;
};

/// `rows` rows from `first` on, that is some that lie behind each other.
template <typename T>
void add_rows(const fused::Kernels<T>& kernels, const GradientTile<T>& tile, std::size_t first,
              std::size_t rows, bool accumulate, T* out, Ahead<T>& ahead) {
    for (std::size_t k = 0; k < tile.k; k += fused::kPanel) {
        for (std::size_t n = 0; n < tile.n; n += kPassRows) {
            ahead.ask();
            kernels.multiply({.rows = std::min(kPassRows, tile.n - n),
                              .columns = std::min(fused::kPanel, tile.k - k),
                              .depth = rows,
                              .a = tile.a + first * tile.a_row + n,
                              .a_row = 1,
                              .a_col = tile.a_row,
                              .b = tile.b + first * tile.b_row + k,
                              .b_row = tile.b_row,
                              .c = out + tile.out + n * tile.out_row + k,
                              .c_row = tile.out_row,
                              .accumulate = accumulate,
                              .exact_columns = true});
        }
    }
}

} // namespace

template <typename T>
void add_tile(const fused::Kernels<T>& kernels, const GradientTile<T>& tile, bool accumulate,
              T* out) {
    const std::size_t passes =
        (tile.n + kPassRows - 1) / kPassRows * ((tile.k + fused::kPanel - 1) / fused::kPanel);
    const std::size_t step = tile.group > 0 ? tile.group : kSumRows;
    for (std::size_t row = 0; row < tile.rows; row += step) {
        const std::size_t rows = std::min(step, tile.rows - row);
        const std::size_t skipped = tile.group > 0 ? rows / 2 : 0;
        Ahead<T> ahead(tile, row + rows, passes);
        add_rows(kernels, tile, row + skipped, rows - skipped, accumulate || row > 0, out, ahead);
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
