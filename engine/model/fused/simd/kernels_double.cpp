// The kernels for double, compiled once for each SIMD target. No standard containers in here: an
// inline function of theirs compiled for AVX-512 could be the copy that the linker keeps for all.
#include "engine/model/fused/kernels.h"
#include "engine/model/fused/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/model/fused/simd/kernels_double.cpp"
#include <hwy/foreach_target.h>

#include "engine/model/fused/simd/table-inl.h"

HWY_BEFORE_NAMESPACE();
namespace grokscope::fused {
namespace HWY_NAMESPACE {
const Kernels<double>& double_table() {
    static constexpr Kernels<double> kTable = make_table<double>();
    return kTable;
}
} // namespace HWY_NAMESPACE
} // namespace grokscope::fused
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace grokscope::fused {
const Kernels<double>* find_kernels(SimdLevel level, double) {
    GROKSCOPE_FIND_TABLE(level, double_table)
}
} // namespace grokscope::fused
#endif
