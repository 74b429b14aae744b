// The kernels for float, compiled once for each SIMD target. No standard containers in here: an
// inline function of theirs compiled for AVX-512 could be the copy that the linker keeps for all.
#include "engine/model/fused/kernels.h"
#include "engine/model/fused/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/model/fused/simd/kernels_float.cpp"
#include <hwy/foreach_target.h>

#include "engine/model/fused/simd/table-inl.h"

HWY_BEFORE_NAMESPACE();
namespace grokscope::fused {
namespace HWY_NAMESPACE {
const Kernels<float>& float_table() {
    static constexpr Kernels<float> kTable = make_table<float>();
    return kTable;
}
} // namespace HWY_NAMESPACE
} // namespace grokscope::fused
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace grokscope::fused {
const Kernels<float>* find_kernels(SimdLevel level, float) {
    GROKSCOPE_FIND_TABLE(level, float_table)
}
} // namespace grokscope::fused
#endif
