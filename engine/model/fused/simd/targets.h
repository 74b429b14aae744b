// Which SIMD targets are compiled, and how they map to SimdLevel. Included before Highway.
#pragma once

#include "engine/model/fused/kernels.h"

// Scalable vectors cannot be kept in arrays, and SSSE3 alone is not worth its compile time.
#define HWY_DISABLED_TARGETS                                                                       \
    (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

#include <hwy/targets.h>

namespace grokscope::fused {

/// The level of the target being compiled.
#define GROKSCOPE_LEVEL                                                                            \
    (HWY_TARGET == HWY_AVX3   ? SimdLevel::kAvx512                                                 \
     : HWY_TARGET == HWY_AVX2 ? SimdLevel::kAvx2                                                   \
     : HWY_TARGET == HWY_SSE4 ? SimdLevel::kSse4                                                   \
     : HWY_TARGET == HWY_NEON ? SimdLevel::kNeon                                                   \
                              : SimdLevel::kPortable)

/// Highway's bit of a level; the portable level is whatever the compiler targets by itself.
[[nodiscard]] inline long long highway_target(SimdLevel level) {
    switch (level) {
    case SimdLevel::kAvx512:
        return HWY_AVX3;
    case SimdLevel::kAvx2:
        return HWY_AVX2;
    case SimdLevel::kSse4:
        return HWY_SSE4;
    case SimdLevel::kNeon:
        return HWY_NEON;
    case SimdLevel::kPortable:
        break;
    }
    return HWY_STATIC_TARGET;
}

/// The table of a level, null when it was not compiled or this machine lacks it. The last argument
/// only selects the scalar type.
const Kernels<float>* find_kernels(SimdLevel level, float);
const Kernels<double>* find_kernels(SimdLevel level, double);

} // namespace grokscope::fused

// The body of find_kernels(): each compiled target's table carries its own level.
#define GROKSCOPE_TRY(wanted, candidate)                                                           \
    if ((candidate).level == (wanted)) {                                                           \
        return &(candidate);                                                                       \
    }
#if HWY_TARGETS & HWY_AVX3
#define GROKSCOPE_TRY_AVX3(level, table, type) GROKSCOPE_TRY(level, N_AVX3::table(type))
#else
#define GROKSCOPE_TRY_AVX3(level, table, type)
#endif
#if HWY_TARGETS & HWY_AVX2
#define GROKSCOPE_TRY_AVX2(level, table, type) GROKSCOPE_TRY(level, N_AVX2::table(type))
#else
#define GROKSCOPE_TRY_AVX2(level, table, type)
#endif
#if HWY_TARGETS & HWY_SSE4
#define GROKSCOPE_TRY_SSE4(level, table, type) GROKSCOPE_TRY(level, N_SSE4::table(type))
#else
#define GROKSCOPE_TRY_SSE4(level, table, type)
#endif
#define GROKSCOPE_FIND_TABLE(level, table, type)                                                   \
    if ((hwy::SupportedTargets() & highway_target(level)) == 0) {                                  \
        return nullptr;                                                                            \
    }                                                                                              \
    GROKSCOPE_TRY_AVX3(level, table, type)                                                         \
    GROKSCOPE_TRY_AVX2(level, table, type)                                                         \
    GROKSCOPE_TRY_SSE4(level, table, type)                                                         \
    GROKSCOPE_TRY(level, HWY_STATIC_DISPATCH(table)(type))                                         \
    return nullptr;
