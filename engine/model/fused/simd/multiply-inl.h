// Matrix products: a tile of C stays in registers over the whole depth, B is read from packed
// panels, A is broadcast value by value from wherever it lies. Included once per target.
#if defined(GROKSCOPE_MULTIPLY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GROKSCOPE_MULTIPLY_INL_H_
#undef GROKSCOPE_MULTIPLY_INL_H_
#else
#define GROKSCOPE_MULTIPLY_INL_H_
#endif

#include "engine/model/fused/kernels.h"

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace grokscope::fused {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <typename T>
using Tag = hn::ScalableTag<T>;

template <typename T>
constexpr std::size_t lanes() {
    return hn::MaxLanes(Tag<T>());
}

// 6 x 4 vectors fill 24 of 32 registers (AVX-512, NEON), 6 x 2 fill 12 of 16 (AVX2, SSE4).
constexpr int kTileRows = 6;
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr int kTileVectors = 4;
#else
constexpr int kTileVectors = 2;
#endif

/// One tile: `columns` <= Vectors * lanes of them are wanted.
template <int Rows, int Vectors, typename T>
HWY_NOINLINE void multiply_tile(const Product<T>& product, const T* a, const T* b, T* c,
                                const T* mask, T* sums, std::size_t columns) {
    const Tag<T> d;
    using V = hn::Vec<Tag<T>>;
    constexpr std::size_t kLanes = lanes<T>();
    V sum[Rows][Vectors];
#pragma GCC unroll 6
    for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 4
        for (int j = 0; j < Vectors; ++j) {
            sum[i][j] = hn::Zero(d);
        }
    }
    const std::size_t a_row = product.a_row;
    const std::size_t a_col = product.a_col;
    const std::size_t b_row = product.b_row;
    const std::size_t piece = product.a_panel != 0 ? kPanel : product.depth;
    for (std::size_t start = 0; start < product.depth; start += piece) {
        const T* at = a;
        for (std::size_t k = 0; k < piece; ++k) {
            V bk[Vectors];
#pragma GCC unroll 4
            for (int j = 0; j < Vectors; ++j) {
                bk[j] = hn::LoadU(d, b + j * kLanes);
            }
#pragma GCC unroll 6
            for (int i = 0; i < Rows; ++i) {
                const V ai = hn::Set(d, at[i * a_row]);
#pragma GCC unroll 4
                for (int j = 0; j < Vectors; ++j) {
                    sum[i][j] = hn::MulAdd(ai, bk[j], sum[i][j]);
                }
            }
            at += a_col;
            b += b_row;
        }
        a += product.a_panel;
    }
    if (columns < Vectors * kLanes && product.exact_columns) {
        T tile[Rows * Vectors * kLanes];
#pragma GCC unroll 6
        for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 4
            for (int j = 0; j < Vectors; ++j) {
                hn::StoreU(sum[i][j], d, tile + (i * Vectors + j) * kLanes);
            }
        }
        for (int i = 0; i < Rows; ++i) {
            for (std::size_t j = 0; j < columns; ++j) {
                const T value = tile[i * Vectors * kLanes + j];
                T& out = c[i * product.c_row + j];
                out = product.accumulate ? out + value : value;
            }
        }
        return;
    }
    // Copies, since a store to C might change any member as far as the compiler knows.
    const bool accumulate = product.accumulate;
    const std::size_t c_row = product.c_row;
#pragma GCC unroll 6
    for (int i = 0; i < Rows; ++i) {
        T* row = c + i * c_row;
#pragma GCC unroll 4
        for (int j = 0; j < Vectors; ++j) {
            if (accumulate) {
                sum[i][j] = hn::Add(sum[i][j], hn::LoadU(d, row + j * kLanes));
            }
            if (mask != nullptr) {
                const V keep = hn::LoadU(d, mask + i * kPanel + j * kLanes);
                sum[i][j] = hn::IfThenElseZero(hn::Gt(keep, hn::Zero(d)), sum[i][j]);
            }
            hn::StoreU(sum[i][j], d, row + j * kLanes);
        }
    }
    if (sums != nullptr) {
#pragma GCC unroll 4
        for (int j = 0; j < Vectors; ++j) {
            V column = sum[0][j];
#pragma GCC unroll 5
            for (int i = 1; i < Rows; ++i) {
                column = hn::Add(column, sum[i][j]);
            }
            hn::StoreU(hn::Add(hn::LoadU(d, sums + j * kLanes), column), d, sums + j * kLanes);
        }
    }
}

/// All rows of one strip of columns.
template <int Vectors, typename T>
void multiply_strip(const Product<T>& product, const T* b, T* c, const T* mask, T* sums,
                    std::size_t columns) {
    std::size_t i = 0;
    const auto tile = [&]<int Rows>() {
        multiply_tile<Rows, Vectors, T>(
            product, product.a + i * product.a_row, b, c + i * product.c_row,
            mask != nullptr ? mask + i * kPanel : nullptr, sums, columns);
        i += Rows;
    };
    while (i + kTileRows <= product.rows) {
        tile.template operator()<kTileRows>();
    }
    switch (product.rows - i) {
    case 5:
        tile.template operator()<5>();
        break;
    case 4:
        tile.template operator()<4>();
        break;
    case 3:
        tile.template operator()<3>();
        break;
    case 2:
        tile.template operator()<2>();
        break;
    case 1:
        tile.template operator()<1>();
        break;
    default:
        break;
    }
}

template <typename T>
void multiply(const Product<T>& product) {
    constexpr std::size_t kLanes = lanes<T>();
    constexpr std::size_t kStrip = kTileVectors * kLanes;
    for (std::size_t first = 0; first < product.columns; first += kPanel) {
        const std::size_t panel = first / kPanel;
        const std::size_t width = HWY_MIN(kPanel, product.columns - first);
        const T* b = product.b + panel * product.b_panel;
        T* c = product.c + panel * product.c_panel;
        const T* mask =
            product.mask != nullptr ? product.mask + panel * product.mask_panel : nullptr;
        for (std::size_t j = 0; j < width; j += kStrip) {
            const std::size_t left = HWY_MIN(kStrip, width - j);
            const T* strip_mask = mask != nullptr ? mask + j : nullptr;
            T* strip_sums = product.sums != nullptr ? product.sums + first + j : nullptr;
            switch ((left + kLanes - 1) / kLanes) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
            case 4:
                multiply_strip<4, T>(product, b + j, c + j, strip_mask, strip_sums, left);
                break;
            case 3:
                multiply_strip<3, T>(product, b + j, c + j, strip_mask, strip_sums, left);
                break;
#endif
            case 2:
                multiply_strip<2, T>(product, b + j, c + j, strip_mask, strip_sums, left);
                break;
            default:
                multiply_strip<1, T>(product, b + j, c + j, strip_mask, strip_sums, left);
                break;
            }
        }
    }
}

/// out[k][j] = from[j * b_col + k] for 64 or fewer j: a transposition, in blocks of 4 x 4 floats or
/// 2 x 2 doubles.
template <typename T>
void pack_transposed(std::size_t depth, std::size_t width, const T* from, std::size_t b_col,
                     T* out) {
    std::size_t j = 0;
#if HWY_TARGET != HWY_SCALAR
    const hn::FixedTag<T, 16 / sizeof(T)> d;
    constexpr std::size_t kBlock = 16 / sizeof(T);
    for (; j + kBlock <= width; j += kBlock) {
        const T* row = from + j * b_col;
        std::size_t k = 0;
        for (; k + kBlock <= depth; k += kBlock) {
            T* to = out + k * kPanel + j;
            const auto v0 = hn::LoadU(d, row + k);
            const auto v1 = hn::LoadU(d, row + b_col + k);
            if constexpr (kBlock == 2) {
                hn::StoreU(hn::InterleaveLower(d, v0, v1), d, to);
                hn::StoreU(hn::InterleaveUpper(d, v0, v1), d, to + kPanel);
            } else {
                const auto v2 = hn::LoadU(d, row + 2 * b_col + k);
                const auto v3 = hn::LoadU(d, row + 3 * b_col + k);
                const auto low02 = hn::InterleaveLower(d, v0, v2);
                const auto low13 = hn::InterleaveLower(d, v1, v3);
                const auto high02 = hn::InterleaveUpper(d, v0, v2);
                const auto high13 = hn::InterleaveUpper(d, v1, v3);
                hn::StoreU(hn::InterleaveLower(d, low02, low13), d, to);
                hn::StoreU(hn::InterleaveUpper(d, low02, low13), d, to + kPanel);
                hn::StoreU(hn::InterleaveLower(d, high02, high13), d, to + 2 * kPanel);
                hn::StoreU(hn::InterleaveUpper(d, high02, high13), d, to + 3 * kPanel);
            }
        }
        for (; k < depth; ++k) {
            for (std::size_t i = 0; i < kBlock; ++i) {
                out[k * kPanel + j + i] = row[i * b_col + k];
            }
        }
    }
#endif
    for (; j < width; ++j) {
        for (std::size_t k = 0; k < depth; ++k) {
            out[k * kPanel + j] = from[j * b_col + k];
        }
    }
}

template <typename T>
void pack(std::size_t depth, std::size_t columns, const T* b, std::size_t b_row, std::size_t b_col,
          T* out) {
    for (std::size_t first = 0; first < columns; first += kPanel) {
        const std::size_t width = HWY_MIN(kPanel, columns - first);
        const T* from = b + first * b_col;
        if (width < kPanel) {
            for (std::size_t k = 0; k < depth; ++k) {
                for (std::size_t j = width; j < kPanel; ++j) {
                    out[k * kPanel + j] = T(0);
                }
            }
        }
        if (b_row == 1 && b_col != 1) {
            pack_transposed(depth, width, from, b_col, out);
        } else if (b_col == 1 && width == kPanel) {
            const Tag<T> d;
            for (std::size_t k = 0; k < depth; ++k) {
                for (std::size_t j = 0; j < kPanel; j += lanes<T>()) {
                    hn::StoreU(hn::LoadU(d, from + k * b_row + j), d, out + k * kPanel + j);
                }
            }
        } else {
            for (std::size_t k = 0; k < depth; ++k) {
                for (std::size_t j = 0; j < width; ++j) {
                    out[k * kPanel + j] = from[k * b_row + j * b_col];
                }
            }
        }
        out += depth * kPanel;
    }
}

template <typename T>
void add_matrix_vector(std::size_t rows, std::size_t depth, const T* a, std::size_t a_panel,
                       const T* vector, std::size_t vector_panel, T* c, std::size_t c_row) {
    const Tag<T> d;
    using V = hn::Vec<Tag<T>>;
    constexpr int kRows = 4;
    const auto some_rows = [&]<int Rows>(std::size_t i) {
        V sum[Rows];
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r) {
            sum[r] = hn::Zero(d);
        }
        for (std::size_t panel = 0; panel < depth / kPanel; ++panel) {
            const T* x = vector + panel * vector_panel;
            const T* row = a + panel * a_panel + i * kPanel;
            for (std::size_t k = 0; k < kPanel; k += lanes<T>()) {
                const V xk = hn::LoadU(d, x + k);
#pragma GCC unroll 4
                for (int r = 0; r < Rows; ++r) {
                    sum[r] = hn::MulAdd(hn::LoadU(d, row + r * kPanel + k), xk, sum[r]);
                }
            }
        }
        for (int r = 0; r < Rows; ++r) {
            c[(i + r) * c_row] += hn::GetLane(hn::SumOfLanes(d, sum[r]));
        }
    };
    std::size_t i = 0;
    for (; i + kRows <= rows; i += kRows) {
        some_rows.template operator()<kRows>(i);
    }
    for (; i < rows; ++i) {
        some_rows.template operator()<1>(i);
    }
}

template <typename T>
HWY_NOINLINE double multiply_adds(std::size_t rounds) {
    const Tag<T> d;
    constexpr int kSums = kTileRows * kTileVectors;
    hn::Vec<Tag<T>> sum[kSums];
#pragma GCC unroll 24
    for (int i = 0; i < kSums; ++i) {
        sum[i] = hn::Set(d, static_cast<T>(i));
    }
    const auto factor = hn::Set(d, T(0.5));
    const auto term = hn::Set(d, T(1));
    for (std::size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 24
        for (int i = 0; i < kSums; ++i) {
            sum[i] = hn::MulAdd(sum[i], factor, term);
        }
    }
    auto total = sum[0];
#pragma GCC unroll 24
    for (int i = 1; i < kSums; ++i) {
        total = hn::Add(total, sum[i]);
    }
    // Every sum tends to 2. The comparison keeps the loop from being optimised away.
    const bool plausible = hn::GetLane(hn::SumOfLanes(d, total)) > T(0);
    return plausible ? static_cast<double>(rounds) * kSums * lanes<T>() * 2 : 0;
}

} // namespace HWY_NAMESPACE
} // namespace grokscope::fused
HWY_AFTER_NAMESPACE();

#endif
