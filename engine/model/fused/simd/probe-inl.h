// The error of a probe, P5. Included once per target.
#if defined(GROKSCOPE_PROBE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GROKSCOPE_PROBE_INL_H_
#undef GROKSCOPE_PROBE_INL_H_
#else
#define GROKSCOPE_PROBE_INL_H_
#endif

#include "engine/model/fused/simd/multiply-inl.h"

HWY_BEFORE_NAMESPACE();
namespace grokscope::fused {
namespace HWY_NAMESPACE {

template <typename T>
double probe_error(const ProbeError<T>& p) {
    const Tag<T> d;
    const auto scale = hn::Set(d, static_cast<T>(p.scale));
    double squares = 0;
    // A lane adds up a few hundred squares of one column group before it is widened.
    for (std::size_t j = 0; j < kPanel; j += lanes<T>()) {
        const auto bias = hn::LoadU(d, p.bias + j);
        auto sum = hn::Zero(d);
        for (std::size_t i = 0; i < p.rows; ++i) {
            const std::size_t at = i * kPanel + j;
            const auto error =
                hn::Sub(hn::Add(hn::LoadU(d, p.error + at), bias), hn::LoadU(d, p.target + at));
            sum = hn::MulAdd(error, error, sum);
            const auto scaled = hn::Mul(error, scale);
            hn::StoreU(scaled, d, p.error + at);
            if (p.y != nullptr) {
                T* y = p.y + i * p.y_row + j;
                const auto before = p.add ? hn::LoadU(d, y) : hn::Zero(d);
                hn::StoreU(hn::Sub(before, scaled), d, y);
            }
        }
        T lane[lanes<T>()];
        hn::StoreU(sum, d, lane);
        for (const T value : lane) {
            squares += static_cast<double>(value);
        }
    }
    return squares;
}

} // namespace HWY_NAMESPACE
} // namespace grokscope::fused
HWY_AFTER_NAMESPACE();

#endif
