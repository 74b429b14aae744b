// Loops over pairs: attention weights F4, gather F8, loss F10, scatter B3. Included once per
// target.
#if defined(GROKSCOPE_PAIRS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GROKSCOPE_PAIRS_INL_H_
#undef GROKSCOPE_PAIRS_INL_H_
#else
#define GROKSCOPE_PAIRS_INL_H_
#endif

#include "engine/model/fused/simd/multiply-inl.h"

#include <hwy/contrib/math/math-inl.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace grokscope::fused {
namespace HWY_NAMESPACE {

template <typename T>
void attention_weights(std::size_t rows, std::size_t heads, const std::uint16_t* a,
                       const std::uint16_t* b, const T* scores0, const T* scores1, const T* scores2,
                       T* w0, T* w1, T* w2) {
    // Scores first go where the weights will be, so that the exponentials run over one flat array.
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t h = 0; h < heads; ++h) {
            w0[i * heads + h] = scores0[a[i] * heads + h];
            w1[i * heads + h] = scores1[b[i] * heads + h];
            w2[i * heads + h] = scores2[h];
        }
    }
    const Tag<T> d;
    for (std::size_t i = 0; i < rows * heads; i += lanes<T>()) {
        const auto s0 = hn::LoadU(d, w0 + i);
        const auto s1 = hn::LoadU(d, w1 + i);
        const auto s2 = hn::LoadU(d, w2 + i);
        const auto largest = hn::Max(hn::Max(s0, s1), s2);
        const auto e0 = hn::Exp(d, hn::Sub(s0, largest));
        const auto e1 = hn::Exp(d, hn::Sub(s1, largest));
        const auto e2 = hn::Exp(d, hn::Sub(s2, largest));
        const auto share = hn::Div(hn::Set(d, T(1)), hn::Add(hn::Add(e0, e1), e2));
        hn::StoreU(hn::Mul(e0, share), d, w0 + i);
        hn::StoreU(hn::Mul(e1, share), d, w1 + i);
        hn::StoreU(hn::Mul(e2, share), d, w2 + i);
    }
}

/// `Heads` heads from `head` on, kTileVectors vectors of columns. Pairs come in runs of equal a,
/// whose table rows stay in registers.
template <int Heads, typename T>
HWY_NOINLINE void gather_strip(const Gather<T>& g, std::size_t head, std::size_t column) {
    const Tag<T> d;
    using V = hn::Vec<Tag<T>>;
    constexpr std::size_t kLanes = lanes<T>();
    constexpr int kVectors = kTileVectors;
    const bool first = head == 0;
    const bool relu = g.relu && head + Heads == g.heads;
    const T* table0 = g.table0 + head * g.head_stride + column;
    const T* table1 = g.table1 + head * g.head_stride + column;
    V base[kVectors];
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; ++j) {
        base[j] = hn::LoadU(d, g.base + column + j * kLanes);
    }
    for (std::size_t i = 0; i < g.rows;) {
        const std::size_t token = g.a[i];
        V row0[Heads][kVectors];
#pragma GCC unroll 4
        for (int h = 0; h < Heads; ++h) {
#pragma GCC unroll 4
            for (int j = 0; j < kVectors; ++j) {
                row0[h][j] = hn::LoadU(d, table0 + h * g.head_stride + token * kPanel + j * kLanes);
            }
        }
        do {
            T* out = g.out + i * g.out_row + column;
            const T* row1 = table1 + g.b[i] * kPanel;
            const T* w0 = g.weights0 + i * g.heads + head;
            const T* w1 = g.weights1 + i * g.heads + head;
            V x[kVectors];
#pragma GCC unroll 4
            for (int j = 0; j < kVectors; ++j) {
                x[j] = first ? base[j] : hn::LoadU(d, out + j * kLanes);
            }
#pragma GCC unroll 4
            for (int h = 0; h < Heads; ++h) {
                const V v0 = hn::Set(d, w0[h]);
                const V v1 = hn::Set(d, w1[h]);
#pragma GCC unroll 4
                for (int j = 0; j < kVectors; ++j) {
                    x[j] = hn::MulAdd(v0, row0[h][j], x[j]);
                    x[j] =
                        hn::MulAdd(v1, hn::LoadU(d, row1 + h * g.head_stride + j * kLanes), x[j]);
                }
            }
#pragma GCC unroll 4
            for (int j = 0; j < kVectors; ++j) {
                hn::StoreU(relu ? hn::Max(x[j], hn::Zero(d)) : x[j], d, out + j * kLanes);
            }
            ++i;
        } while (i < g.rows && g.a[i] == token);
    }
}

template <typename T>
void gather(const Gather<T>& g) {
    constexpr std::size_t kStrip = kTileVectors * lanes<T>();
    for (std::size_t column = 0; column < kPanel; column += kStrip) {
        std::size_t head = 0;
        for (; head + 4 <= g.heads; head += 4) {
            gather_strip<4, T>(g, head, column);
        }
        if (head + 2 <= g.heads) {
            gather_strip<2, T>(g, head, column);
            head += 2;
        }
        if (head < g.heads) {
            gather_strip<1, T>(g, head, column);
        }
    }
}

/// As many values as a vector of doubles holds, widened.
template <typename T>
HWY_INLINE auto load_as_double(const T* values) {
    const Tag<double> dd;
    if constexpr (sizeof(T) == sizeof(double)) {
        return hn::LoadU(dd, values);
    } else {
        const hn::Rebind<T, Tag<double>> narrow;
        return hn::PromoteTo(dd, hn::LoadU(narrow, values));
    }
}

/// Loss of one row; its exponentials are left in `x`, that of the right answer replaced by 0.
template <typename T>
HWY_INLINE double row_loss(T* x, std::size_t padded, std::size_t label, double& others,
                           double& right_share, bool& correct) {
    const Tag<T> d;
    const T right = x[label];
    auto largest = hn::LoadU(d, x);
    for (std::size_t c = lanes<T>(); c < padded; c += lanes<T>()) {
        largest = hn::Max(largest, hn::LoadU(d, x + c));
    }
    largest = hn::MaxOfLanes(d, largest);
    const T top = hn::GetLane(largest);
    correct = false;
    if (right == top) { // correct unless an earlier class has the same logit
        for (std::size_t c = 0;; c += lanes<T>()) {
            const auto is_top = hn::Eq(hn::LoadU(d, x + c), largest);
            const auto at = hn::FindFirstTrue(d, is_top);
            if (at >= 0) {
                correct = c + static_cast<std::size_t>(at) == label;
                break;
            }
        }
    }
    for (std::size_t c = 0; c < padded; c += lanes<T>()) {
        hn::StoreU(hn::Exp(d, hn::Sub(hn::LoadU(d, x + c), largest)), d, x + c);
    }
    right_share = x[label];
    x[label] = T(0);
    const Tag<double> dd;
    auto sum = hn::Zero(dd);
    for (std::size_t c = 0; c < padded; c += lanes<double>()) {
        sum = hn::Add(sum, load_as_double(x + c));
    }
    others = hn::GetLane(hn::SumOfLanes(dd, sum));
    // No difference of nearly equal numbers is left: a loss of 1e-9 keeps its digits.
    if (right == top) {
        return std::log1p(others);
    }
    return (static_cast<double>(top) - static_cast<double>(right)) + std::log(others + right_share);
}

template <typename T>
LossSums loss(const LossRows<T>& rows) {
    const Tag<T> d;
    LossSums sums;
    const std::size_t padded = panels_of(rows.classes) * kPanel;
    for (std::size_t i = 0; i < rows.rows; ++i) {
        T* x = rows.logits + i * rows.row;
        const std::size_t label = rows.labels[i];
        for (std::size_t c = rows.classes; c < padded; ++c) {
            x[c] = T(-1e30); // its exponential is 0, and so will be its gradient
        }
        double others = 0;
        double right_share = 0;
        bool correct = false;
        sums.loss += row_loss(x, padded, label, others, right_share, correct);
        sums.correct += correct ? 1 : 0;
        if (rows.gradient_scale > 0) {
            const double scale = rows.gradient_scale / (others + right_share);
            const auto factor = hn::Set(d, static_cast<T>(scale));
            for (std::size_t c = 0; c < padded; c += lanes<T>()) {
                hn::StoreU(hn::Mul(hn::LoadU(d, x + c), factor), d, x + c);
            }
            x[label] = static_cast<T>(-others * scale);
        }
    }
    return sums;
}

/// `Pairs` pairs at once, so that each load of a table row serves several.
template <int Pairs, int Heads, bool Dots, typename T>
HWY_NOINLINE void scatter_pairs(const Scatter<T>& s, std::size_t first, std::size_t head) {
    const Tag<T> d;
    using V = hn::Vec<Tag<T>>;
    const T* y[Pairs];
    V weight[Pairs][Heads];
    V dot[Pairs][Heads];
#pragma GCC unroll 4
    for (int n = 0; n < Pairs; ++n) {
        const std::size_t pair = s.pairs[first + n];
        y[n] = s.y + pair * s.y_row;
#pragma GCC unroll 4
        for (int h = 0; h < Heads; ++h) {
            weight[n][h] = hn::Set(d, s.weights[pair * s.heads + head + h]);
            dot[n][h] = hn::Zero(d);
        }
    }
    for (std::size_t panel = 0; panel < s.panels; ++panel) {
        const std::size_t at = panel * s.panel_stride + head * s.head_stride;
        for (std::size_t j = 0; j < kPanel; j += lanes<T>()) {
            V value[Pairs];
#pragma GCC unroll 4
            for (int n = 0; n < Pairs; ++n) {
                value[n] = hn::LoadU(d, y[n] + panel * kPanel + j);
            }
#pragma GCC unroll 4
            for (int h = 0; h < Heads; ++h) {
                T* gradient = s.gradient + at + h * s.head_stride + j;
                V sum = hn::LoadU(d, gradient);
#pragma GCC unroll 4
                for (int n = 0; n < Pairs; ++n) {
                    sum = hn::MulAdd(weight[n][h], value[n], sum);
                }
                hn::StoreU(sum, d, gradient);
                if constexpr (Dots) {
                    const V table = hn::LoadU(d, s.table + at + h * s.head_stride + j);
#pragma GCC unroll 4
                    for (int n = 0; n < Pairs; ++n) {
                        dot[n][h] = hn::MulAdd(value[n], table, dot[n][h]);
                    }
                }
            }
        }
    }
    if constexpr (Dots) {
        for (int n = 0; n < Pairs; ++n) {
            for (int h = 0; h < Heads; ++h) {
                s.dots[s.pairs[first + n] * s.heads + head + h] =
                    hn::GetLane(hn::SumOfLanes(d, dot[n][h]));
            }
        }
    }
}

template <int Heads, bool Dots, typename T>
void scatter_heads(const Scatter<T>& s, std::size_t head) {
    constexpr int kPairs = kTileVectors; // 4 x 4 sums in 32 registers, 2 x 4 in 16
    std::size_t n = 0;
    for (; n + kPairs <= s.count; n += kPairs) {
        scatter_pairs<kPairs, Heads, Dots, T>(s, n, head);
    }
    for (; n < s.count; ++n) {
        scatter_pairs<1, Heads, Dots, T>(s, n, head);
    }
}

template <bool Dots, typename T>
void scatter_all(const Scatter<T>& s) {
    std::size_t head = 0;
    for (; head + 4 <= s.heads; head += 4) {
        scatter_heads<4, Dots, T>(s, head);
    }
    if (head + 2 <= s.heads) {
        scatter_heads<2, Dots, T>(s, head);
        head += 2;
    }
    if (head < s.heads) {
        scatter_heads<1, Dots, T>(s, head);
    }
}

template <typename T>
void scatter(const Scatter<T>& s) {
    const Tag<T> d;
    for (std::size_t h = 0; h < s.heads; ++h) {
        for (std::size_t panel = 0; panel < s.panels; ++panel) {
            T* row = s.gradient + h * s.head_stride + panel * s.panel_stride;
            for (std::size_t j = 0; j < kPanel; j += lanes<T>()) {
                hn::StoreU(hn::Zero(d), d, row + j);
            }
        }
    }
    if (s.dots != nullptr) {
        scatter_all<true, T>(s);
    } else {
        scatter_all<false, T>(s);
    }
}

template <typename T>
void column_sums(std::size_t rows, std::size_t columns, const T* matrix, std::size_t row, T* out) {
    const Tag<T> d;
    for (std::size_t j = 0; j < columns; j += lanes<T>()) {
        auto even = hn::Zero(d);
        auto odd = hn::Zero(d);
        std::size_t i = 0;
        for (; i + 2 <= rows; i += 2) {
            even = hn::Add(even, hn::LoadU(d, matrix + i * row + j));
            odd = hn::Add(odd, hn::LoadU(d, matrix + (i + 1) * row + j));
        }
        if (i < rows) {
            even = hn::Add(even, hn::LoadU(d, matrix + i * row + j));
        }
        hn::StoreU(hn::Add(even, odd), d, out + j);
    }
}

} // namespace HWY_NAMESPACE
} // namespace grokscope::fused
HWY_AFTER_NAMESPACE();

#endif
