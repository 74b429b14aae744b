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

void add_responses_impl(const float* HWY_RESTRICT responses, std::size_t count,
                        const ResponseSums& sums) {
    const Doubles d;
    const Floats f;
    const std::size_t lanes = hn::Lanes(d);
    const ResponseSums to = sums;
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const auto value = hn::PromoteTo(d, hn::LoadU(f, responses + i));
        const auto add = [&](double* sum) {
            hn::StoreU(hn::Add(hn::LoadU(d, sum + i), value), d, sum + i);
        };
        add(to.over_b);
        add(to.over_a);
        add(to.by_sum);
        add(to.by_difference);
        hn::StoreU(hn::MulAdd(value, value, hn::LoadU(d, to.squares + i)), d, to.squares + i);
    }
    for (; i < count; ++i) {
        const double value = responses[i];
        to.over_b[i] += value;
        to.over_a[i] += value;
        to.by_sum[i] += value;
        to.by_difference[i] += value;
        to.squares[i] += value * value;
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

void add_responses(const float* responses, std::size_t count, const ResponseSums& sums) {
    HWY_DYNAMIC_DISPATCH(add_responses_impl)(responses, count, sums);
}

} // namespace grokscope
#endif
