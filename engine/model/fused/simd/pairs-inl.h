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
    const auto softmax = [&](T* to0, T* to1, T* to2) {
        const auto s0 = hn::LoadU(d, to0);
        const auto s1 = hn::LoadU(d, to1);
        const auto s2 = hn::LoadU(d, to2);
        const auto largest = hn::Max(hn::Max(s0, s1), s2);
        const auto e0 = hn::Exp(d, hn::Sub(s0, largest));
        const auto e1 = hn::Exp(d, hn::Sub(s1, largest));
        const auto e2 = hn::Exp(d, hn::Sub(s2, largest));
        const auto share = hn::Div(hn::Set(d, T(1)), hn::Add(hn::Add(e0, e1), e2));
        hn::StoreU(hn::Mul(e0, share), d, to0);
        hn::StoreU(hn::Mul(e1, share), d, to1);
        hn::StoreU(hn::Mul(e2, share), d, to2);
    };
    const std::size_t size = rows * heads;
    std::size_t i = 0;
    for (; i + lanes<T>() <= size; i += lanes<T>()) {
        softmax(w0 + i, w1 + i, w2 + i);
    }
    if (i < size) { // the neighbours' weights behind the last vector are not ours to touch
        T rest[3][lanes<T>()] = {};
        for (std::size_t j = 0; i + j < size; ++j) {
            rest[0][j] = w0[i + j];
            rest[1][j] = w1[i + j];
            rest[2][j] = w2[i + j];
        }
        softmax(rest[0], rest[1], rest[2]);
        for (std::size_t j = 0; i + j < size; ++j) {
            w0[i + j] = rest[0][j];
            w1[i + j] = rest[1][j];
            w2[i + j] = rest[2][j];
        }
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
    // Copies, since a store to `out` might change any member as far as the compiler knows.
    const std::size_t rows = g.rows;
    const std::size_t heads = g.heads;
    const std::size_t token_row = heads * kPanel;
    const std::size_t out_row = g.out_row;
    const std::uint16_t* a = g.a;
    const std::uint16_t* b = g.b;
    const T* table0 = g.table0 + head * kPanel + column;
    const T* table1 = g.table1 + head * kPanel + column;
    const T* w0 = g.weights0 + head;
    const T* w1 = g.weights1 + head;
    T* out = g.out + column;
    V base[kVectors];
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; ++j) {
        base[j] = hn::LoadU(d, g.base + column + j * kLanes);
    }
    for (std::size_t i = 0; i < rows;) {
        const std::size_t token = a[i];
        V row0[Heads][kVectors];
#pragma GCC unroll 4
        for (int h = 0; h < Heads; ++h) {
#pragma GCC unroll 4
            for (int j = 0; j < kVectors; ++j) {
                row0[h][j] = hn::LoadU(d, table0 + token * token_row + h * kPanel + j * kLanes);
            }
        }
        do {
            const T* row1 = table1 + b[i] * token_row;
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
                    x[j] = hn::MulAdd(v1, hn::LoadU(d, row1 + h * kPanel + j * kLanes), x[j]);
                }
            }
#pragma GCC unroll 4
            for (int j = 0; j < kVectors; ++j) {
                hn::StoreU(relu ? hn::Max(x[j], hn::Zero(d)) : x[j], d, out + j * kLanes);
            }
            ++i;
            out += out_row;
            w0 += heads;
            w1 += heads;
        } while (i < rows && a[i] == token);
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

/// low + high += the values of a vector, widened to double.
template <class V, class W>
HWY_INLINE void add_widened(V value, W& low, [[maybe_unused]] W& high) {
    const Tag<double> dd;
    using T = hn::TFromV<V>;
    if constexpr (sizeof(T) == sizeof(double)) {
        low = hn::Add(low, value);
    } else {
#if HWY_TARGET == HWY_SCALAR
        low = hn::Add(low, hn::PromoteTo(dd, value));
#else
        const Tag<T> d;
        low = hn::Add(low, hn::PromoteTo(dd, hn::LowerHalf(value)));
        high = hn::Add(high, hn::PromoteTo(dd, hn::UpperHalf(hn::Half<decltype(d)>(), value)));
#endif
    }
}

/// The logits of a row, made ready for the loss: over the temperature, and far below all others
/// beyond the last class.
template <typename T>
struct ReadyRow {
    T right = 0; ///< of the answer
    T top = 0;   ///< the largest
    bool correct = false;
};

/// `Scaled`: there is a temperature.
template <bool Scaled, typename T>
HWY_INLINE ReadyRow<T> make_ready(T* x, std::size_t classes, std::size_t label,
                                  [[maybe_unused]] T inverse_temperature) {
    const Tag<T> d;
    const std::size_t padded = panels_of(classes) * kPanel;
    const auto step = hn::Set(d, static_cast<T>(lanes<T>()));
    const auto lowest = hn::Set(d, T(-1e30)); // its exponential is 0, and so is its gradient
    const auto count = hn::Set(d, static_cast<T>(classes));
    auto largest = lowest;
    auto index = hn::Iota(d, T(0));
    for (std::size_t c = 0; c < padded; c += lanes<T>()) {
        auto logit = hn::LoadU(d, x + c);
        if constexpr (Scaled) {
            logit = hn::Mul(logit, hn::Set(d, inverse_temperature));
        }
        logit = hn::IfThenElse(hn::Lt(index, count), logit, lowest);
        hn::StoreU(logit, d, x + c);
        largest = hn::Max(largest, logit);
        index = hn::Add(index, step);
    }
    largest = hn::MaxOfLanes(d, largest);
    ReadyRow<T> row{x[label], hn::GetLane(largest)};
    if (row.right == row.top) { // correct unless an earlier class has the same logit
        for (std::size_t c = 0;; c += lanes<T>()) {
            const auto at = hn::FindFirstTrue(d, hn::Eq(hn::LoadU(d, x + c), largest));
            if (at >= 0) {
                row.correct = c + static_cast<std::size_t>(at) == label;
                break;
            }
        }
    }
    return row;
}

/// F10 of one row that is ready. Loss in nats; the gradients in place if wanted.
template <typename T>
HWY_INLINE double softmax_loss(T* x, const ReadyRow<T>& row, std::size_t classes, std::size_t label,
                               double gradient_scale, T* gradient_sums) {
    const Tag<T> d;
    const Tag<double> dd;
    const std::size_t padded = panels_of(classes) * kPanel;
    const auto step = hn::Set(d, static_cast<T>(lanes<T>()));
    const auto answer = hn::Set(d, static_cast<T>(label));
    const auto largest = hn::Set(d, row.top);
    const T right = row.right;
    const T top = row.top;

    // Exponentials; that of the answer is left out of the sum instead of subtracted from it.
    auto sum = hn::Zero(dd);
    auto sum_high = hn::Zero(dd);
    auto index = hn::Iota(d, T(0));
    for (std::size_t c = 0; c < padded; c += lanes<T>()) {
        const auto logit = hn::LoadU(d, x + c);
        auto e = hn::Exp(d, hn::Sub(logit, largest));
        // Zero, unless the logit is no finite number: Exp would hide it.
        e = hn::Add(e, hn::Sub(logit, logit));
        e = hn::IfThenZeroElse(hn::Eq(index, answer), e);
        hn::StoreU(e, d, x + c);
        index = hn::Add(index, step);
        add_widened(e, sum, sum_high);
    }
    const double others = hn::GetLane(hn::SumOfLanes(dd, hn::Add(sum, sum_high)));
    const double right_share =
        right == top ? 1.0 : std::exp(static_cast<double>(right) - static_cast<double>(top));
    if (gradient_scale > 0) {
        const double scale = gradient_scale / (others + right_share);
        const auto factor = hn::Set(d, static_cast<T>(scale));
        for (std::size_t c = 0; c < padded; c += lanes<T>()) {
            const auto gradient = hn::Mul(hn::LoadU(d, x + c), factor);
            hn::StoreU(gradient, d, x + c);
            T* sums = gradient_sums + c;
            hn::StoreU(hn::Add(hn::LoadU(d, sums), gradient), d, sums);
        }
        x[label] = static_cast<T>(-others * scale);
        gradient_sums[label] += x[label];
    }
    // No difference of nearly equal numbers is left: a loss of 1e-9 keeps its digits.
    return right == top ? std::log1p(others)
                        : (static_cast<double>(top) - static_cast<double>(right)) +
                              std::log(others + right_share);
}

/// The same with StableMax's s in place of the exponential.
template <typename T>
HWY_INLINE double stablemax_loss(T* x, const ReadyRow<T>& row, std::size_t classes,
                                 std::size_t label, double gradient_scale, T* gradient_sums) {
    const Tag<T> d;
    const Tag<double> dd;
    const std::size_t padded = panels_of(classes) * kPanel;
    const auto step = hn::Set(d, static_cast<T>(lanes<T>()));
    const auto count = hn::Set(d, static_cast<T>(classes));
    const auto answer = hn::Set(d, static_cast<T>(label));
    const auto one = hn::Set(d, T(1));

    auto sum = hn::Zero(dd);
    auto sum_high = hn::Zero(dd);
    auto index = hn::Iota(d, T(0));
    for (std::size_t c = 0; c < padded; c += lanes<T>()) {
        const auto logit = hn::LoadU(d, x + c);
        auto s = hn::IfThenElse(hn::Lt(logit, hn::Zero(d)), hn::Div(one, hn::Sub(one, logit)),
                                hn::Add(logit, one));
        // Zero, unless the logit is no finite number.
        s = hn::Add(s, hn::Sub(logit, logit));
        s = hn::IfThenElseZero(hn::Lt(index, count), s);
        s = hn::IfThenZeroElse(hn::Eq(index, answer), s);
        hn::StoreU(s, d, x + c);
        index = hn::Add(index, step);
        add_widened(s, sum, sum_high);
    }
    const double others = hn::GetLane(hn::SumOfLanes(dd, hn::Add(sum, sum_high)));
    const auto right = static_cast<double>(row.right);
    const double right_s = right < 0 ? 1 / (1 - right) : right + 1;
    if (gradient_scale > 0) {
        const double scale = gradient_scale / (others + right_s);
        const auto factor = hn::Set(d, static_cast<T>(scale));
        for (std::size_t c = 0; c < padded; c += lanes<T>()) {
            const auto s = hn::LoadU(d, x + c);
            // The slope of s: 1 from logit 0 on, where s is 1, and its square below.
            const auto slope = hn::IfThenElse(hn::Lt(s, one), hn::Mul(s, s), one);
            const auto gradient = hn::Mul(slope, factor);
            hn::StoreU(gradient, d, x + c);
            T* sums = gradient_sums + c;
            hn::StoreU(hn::Add(hn::LoadU(d, sums), gradient), d, sums);
        }
        const double slope = right < 0 ? right_s * right_s : 1;
        x[label] = static_cast<T>(-slope * others / right_s * scale);
        gradient_sums[label] += x[label];
    }
    return std::log1p(others / right_s);
}

template <bool Stablemax, bool Scaled, typename T>
LossSums loss_rows(const LossRows<T>& rows) {
    LossSums sums;
    const auto add = [](LossSums& to, const LossSums& row) {
        to.loss += row.loss;
        to.correct += row.correct;
    };
    const double scale = Scaled ? rows.gradient_scale / rows.rule.temperature : rows.gradient_scale;
    const auto inverse_temperature = static_cast<T>(1 / rows.rule.temperature);
    for (std::size_t i = 0; i < rows.rows; ++i) {
        T* const x = rows.logits + i * rows.row;
        const std::size_t label = rows.labels[i];
        const ReadyRow<T> ready = make_ready<Scaled>(x, rows.classes, label, inverse_temperature);
        LossSums row{0, ready.correct ? 1 : 0};
        if constexpr (Stablemax) {
            row.loss = stablemax_loss(x, ready, rows.classes, label, scale, rows.gradient_sums);
        } else {
            row.loss = softmax_loss(x, ready, rows.classes, label, scale, rows.gradient_sums);
        }
        // Zero, unless the answer's logit is no finite number: as an infinity it would be right.
        row.loss += static_cast<double>(ready.right - ready.right);
        add(sums, row);
        if (rows.parts != nullptr) {
            add(rows.part_sums[rows.parts[i]], row);
        }
    }
    return sums;
}

template <typename T>
LossSums loss(const LossRows<T>& rows) {
    const bool scaled = rows.rule.temperature != 1;
    if (rows.rule.stablemax) {
        return scaled ? loss_rows<true, true>(rows) : loss_rows<true, false>(rows);
    }
    return scaled ? loss_rows<false, true>(rows) : loss_rows<false, false>(rows);
}

/// `Pairs` pairs at once, so that each load of a table row serves several.
template <int Pairs, int Heads, bool Dots, typename T>
HWY_NOINLINE void scatter_pairs(const Scatter<T>& s, std::size_t first, std::size_t head) {
    const bool add = first > 0; // the first pairs overwrite
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
    // Copies, since a store to `gradient` might change any member as far as the compiler knows.
    const std::size_t panels = s.panels;
    T* gradient = s.gradient + head * kPanel;
    const T* table = Dots ? s.table + head * kPanel : nullptr;
    const std::size_t panel_stride = s.panel_stride;
    for (std::size_t panel = 0; panel < panels; ++panel) {
        for (std::size_t j = 0; j < kPanel; j += lanes<T>()) {
            V value[Pairs];
#pragma GCC unroll 4
            for (int n = 0; n < Pairs; ++n) {
                value[n] = hn::LoadU(d, y[n] + panel * kPanel + j);
            }
#pragma GCC unroll 4
            for (int h = 0; h < Heads; ++h) {
                V sum = add ? hn::LoadU(d, gradient + h * kPanel + j) : hn::Zero(d);
#pragma GCC unroll 4
                for (int n = 0; n < Pairs; ++n) {
                    sum = hn::MulAdd(weight[n][h], value[n], sum);
                }
                hn::StoreU(sum, d, gradient + h * kPanel + j);
                if constexpr (Dots) {
                    const V row = hn::LoadU(d, table + h * kPanel + j);
#pragma GCC unroll 4
                    for (int n = 0; n < Pairs; ++n) {
                        dot[n][h] = hn::MulAdd(value[n], row, dot[n][h]);
                    }
                }
            }
        }
        gradient += panel_stride;
        if constexpr (Dots) {
            table += panel_stride;
        }
    }
    if constexpr (Dots) {
        // Unrolled like all loops over these arrays: one index unknown to the compiler and they
        // would live in memory instead of registers.
#pragma GCC unroll 4
        for (int n = 0; n < Pairs; ++n) {
            T* out = s.dots + s.pairs[first + n] * s.heads + head;
#pragma GCC unroll 4
            for (int h = 0; h < Heads; ++h) {
                out[h] = hn::GetLane(hn::SumOfLanes(d, dot[n][h]));
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
    if (s.count == 0) { // a token without training pairs
        for (std::size_t h = 0; h < s.heads; ++h) {
            for (std::size_t panel = 0; panel < s.panels; ++panel) {
                T* row = s.gradient + h * kPanel + panel * s.panel_stride;
                for (std::size_t j = 0; j < kPanel; ++j) {
                    row[j] = T(0);
                }
            }
        }
        return;
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
