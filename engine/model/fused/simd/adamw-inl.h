// AdamW on a slice of the flat buffers. Included once per target.
#if defined(GROKSCOPE_ADAMW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GROKSCOPE_ADAMW_INL_H_
#undef GROKSCOPE_ADAMW_INL_H_
#else
#define GROKSCOPE_ADAMW_INL_H_
#endif

#include "engine/model/fused/simd/multiply-inl.h"

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace grokscope::fused {
namespace HWY_NAMESPACE {

/// `weights` and the rest may start anywhere, but a value's result depends on its own inputs only,
/// so slices give the same bits as the whole.
template <typename T>
void adamw(const AdamWScalars<T>& s, std::size_t count, T* weights, const T* gradients,
           T* first_moment, T* second_moment) {
    const Tag<T> d;
    const auto keep = hn::Set(d, s.keep);
    const auto beta1 = hn::Set(d, s.beta1);
    const auto rest1 = hn::Set(d, s.rest1);
    const auto beta2 = hn::Set(d, s.beta2);
    const auto rest2 = hn::Set(d, s.rest2);
    const auto inverse_root2 = hn::Set(d, s.inverse_root2);
    const auto epsilon = hn::Set(d, s.epsilon);
    const auto rate = hn::Set(d, s.rate);
    const auto some = [&](T* w, const T* gradient, T* m1, T* m2) {
        const auto g = hn::LoadU(d, gradient);
        const auto m = hn::MulAdd(beta1, hn::LoadU(d, m1), hn::Mul(rest1, g));
        const auto v = hn::MulAdd(beta2, hn::LoadU(d, m2), hn::Mul(rest2, hn::Mul(g, g)));
        hn::StoreU(m, d, m1);
        hn::StoreU(v, d, m2);
        const auto root = hn::MulAdd(hn::Sqrt(v), inverse_root2, epsilon);
        const auto kept = hn::Mul(hn::LoadU(d, w), keep);
        hn::StoreU(hn::Sub(kept, hn::Mul(rate, hn::Div(m, root))), d, w);
    };
    std::size_t i = 0;
    for (; i + lanes<T>() <= count; i += lanes<T>()) {
        some(weights + i, gradients + i, first_moment + i, second_moment + i);
    }
    if (i < count) { // the same instructions on a copy of the rest
        T rest[4][lanes<T>()] = {};
        for (std::size_t j = 0; i + j < count; ++j) {
            rest[0][j] = weights[i + j];
            rest[1][j] = gradients[i + j];
            rest[2][j] = first_moment[i + j];
            rest[3][j] = second_moment[i + j];
        }
        some(rest[0], rest[1], rest[2], rest[3]);
        for (std::size_t j = 0; i + j < count; ++j) {
            weights[i + j] = rest[0][j];
            first_moment[i + j] = rest[2][j];
            second_moment[i + j] = rest[3][j];
        }
    }
}

} // namespace HWY_NAMESPACE
} // namespace grokscope::fused
HWY_AFTER_NAMESPACE();

#endif
