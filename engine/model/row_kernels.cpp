// Compiled once for each SIMD target and chosen at run time. No standard containers in here: an
// inline function of theirs compiled for AVX-512 could be the copy that the linker keeps for all.
#include "engine/model/row_kernels.h"

// Scalable vectors have no fixed size for the tail, and SSSE3 is not worth its compile time.
#define HWY_DISABLED_TARGETS                                                                       \
    (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/model/row_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace grokscope {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_FLOAT64
using Doubles = hn::ScalableTag<double>;
using Floats = hn::Rebind<float, Doubles>;

void row_exponentials_impl(const float* HWY_RESTRICT row, std::size_t count, float largest,
                           double* HWY_RESTRICT out) {
    const Doubles d;
    const Floats f;
    const std::size_t lanes = hn::Lanes(d);
    const auto top = hn::Set(d, static_cast<double>(largest));
    const auto exponential = [&](const float* from) {
        return hn::Exp(d, hn::Sub(hn::PromoteTo(d, hn::LoadU(f, from)), top));
    };
    std::size_t c = 0;
    for (; c + lanes <= count; c += lanes) {
        hn::StoreU(exponential(row + c), d, out + c);
    }
    if (c < count) {
        HWY_ALIGN float in[hn::MaxLanes(d)];
        HWY_ALIGN double results[hn::MaxLanes(d)];
        for (std::size_t i = 0; i < lanes; ++i) {
            in[i] = c + i < count ? row[c + i] : largest;
        }
        hn::Store(exponential(in), d, results);
        for (std::size_t i = 0; c < count; ++i, ++c) {
            out[c] = results[i];
        }
    }
}

/// Of one vector of neurons and `kNumbers` numbers a from `first` on. Walking over b, the pairs of
/// one a+b, and those of one a-b, meet within kNumbers steps: their sums wait in registers until
/// they are complete, and memory is touched three times for kNumbers pairs instead of five times
/// for each.
template <int kNumbers>
HWY_INLINE void add_numbers(const float* HWY_RESTRICT responses, const ResponseGrid& grid,
                            int first, double* HWY_RESTRICT sums, double* HWY_RESTRICT squares) {
    const Doubles d;
    const Floats f;
    using Vector = hn::Vec<Doubles>;
    const auto p = static_cast<std::size_t>(grid.p);
    const auto add = [&](int x, int which, Vector value) {
        double* const to = sums + static_cast<std::size_t>(x * kResponseSums + which) * grid.width;
        hn::StoreU(hn::Add(hn::LoadU(d, to), value), d, to);
    };
    Vector over_b[kNumbers];
    Vector by_sum[kNumbers];        // of a+b = first + b + i
    Vector by_difference[kNumbers]; // of a-b = first - b + i
    Vector square = hn::LoadU(d, squares);
    for (int i = 0; i < kNumbers; ++i) {
        over_b[i] = by_sum[i] = by_difference[i] = hn::Zero(d);
    }
    int sum = first;
    int difference = (first + kNumbers - 1) % grid.p;
    for (int b = 0; b < grid.p; ++b) {
        Vector over_a = hn::Zero(d);
        for (int i = 0; i < kNumbers; ++i) {
            const std::size_t pair = static_cast<std::size_t>(i) * p + static_cast<std::size_t>(b);
            const Vector value = hn::PromoteTo(d, hn::LoadU(f, responses + pair * grid.neurons));
            over_a = hn::Add(over_a, value);
            over_b[i] = hn::Add(over_b[i], value);
            by_sum[i] = hn::Add(by_sum[i], value);
            by_difference[i] = hn::Add(by_difference[i], value);
            square = hn::MulAdd(value, value, square);
        }
        add(b, 1, over_a);
        add(sum, 2, by_sum[0]);
        add(difference, 3, by_difference[kNumbers - 1]);
        for (int i = 0; i + 1 < kNumbers; ++i) {
            by_sum[i] = by_sum[i + 1];
            by_difference[kNumbers - 1 - i] = by_difference[kNumbers - 2 - i];
        }
        by_sum[kNumbers - 1] = by_difference[0] = hn::Zero(d);
        sum = sum + 1 < grid.p ? sum + 1 : 0;
        difference = difference > 0 ? difference - 1 : grid.p - 1;
    }
    for (int i = 0; i + 1 < kNumbers; ++i) { // those that the last b left incomplete
        add((sum + i) % grid.p, 2, by_sum[i]);
        add((difference + grid.p - i) % grid.p, 3, by_difference[kNumbers - 1 - i]);
    }
    for (int i = 0; i < kNumbers; ++i) {
        add(first + i, 0, over_b[i]);
    }
    hn::StoreU(square, d, squares);
}

void add_responses_impl(const float* HWY_RESTRICT responses, const ResponseGrid& grid, int first,
                        int numbers, double* HWY_RESTRICT sums, double* HWY_RESTRICT squares) {
    const std::size_t lanes = hn::Lanes(Doubles());
    const ResponseGrid shape = grid;
    const auto p = static_cast<std::size_t>(shape.p);
    for (int done = 0; done < numbers;) {
        const float* const rows = responses + static_cast<std::size_t>(done) * p * shape.neurons;
        const int a = first + done;
        const bool many = numbers - done >= kNumbersTogether;
        std::size_t n = 0;
        for (; n + lanes <= shape.count; n += lanes) {
            if (many) {
                add_numbers<kNumbersTogether>(rows + n, shape, a, sums + n, squares + n);
            } else {
                add_numbers<1>(rows + n, shape, a, sums + n, squares + n);
            }
        }
        const int taken = many ? kNumbersTogether : 1;
        for (; n < shape.count; ++n) {
            for (int pair = 0; pair < taken * shape.p; ++pair) {
                const int x = a + pair / shape.p;
                const int b = pair % shape.p;
                const double value = rows[static_cast<std::size_t>(pair) * shape.neurons + n];
                const int to[] = {x, b, (x + b) % shape.p, (x - b + shape.p) % shape.p};
                for (int which = 0; which < kResponseSums; ++which) {
                    sums[static_cast<std::size_t>(to[which] * kResponseSums + which) * shape.width +
                         n] += value;
                }
                squares[n] += value * value;
            }
        }
        done += taken;
    }
}
#else
#error "every target that Highway compiles here has vectors of doubles"
#endif

} // namespace HWY_NAMESPACE
} // namespace grokscope
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace grokscope {

HWY_EXPORT(row_exponentials_impl);
HWY_EXPORT(add_responses_impl);

void row_exponentials(const float* row, std::size_t count, float largest, double* out) {
    HWY_DYNAMIC_DISPATCH(row_exponentials_impl)(row, count, largest, out);
}

void add_responses(const float* responses, const ResponseGrid& grid, int first, int numbers,
                   double* sums, double* squares) {
    HWY_DYNAMIC_DISPATCH(add_responses_impl)(responses, grid, first, numbers, sums, squares);
}

} // namespace grokscope
#endif
