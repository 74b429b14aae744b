// The kernels of one scalar type, GROKSCOPE_SCALAR, compiled once for each SIMD target: the whole
// body of kernels_float.cpp and kernels_double.cpp. No include guard, since Highway includes it
// once per target. No standard containers in here: an inline function of theirs compiled for
// AVX-512 could be the copy that the linker keeps for all.
#include "engine/model/fused/kernels.h"
#include "engine/model/fused/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/model/fused/simd/kernels-inl.h"
#include <hwy/foreach_target.h>

#include "engine/model/fused/simd/table-inl.h"

HWY_BEFORE_NAMESPACE();
namespace grokscope::fused {
namespace HWY_NAMESPACE {
/// The argument only tells the tables of the two scalar types apart.
const Kernels<GROKSCOPE_SCALAR>& table_of(GROKSCOPE_SCALAR) {
    static constexpr auto kTable = make_table<GROKSCOPE_SCALAR>();
    return kTable;
}
} // namespace HWY_NAMESPACE
} // namespace grokscope::fused
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace grokscope::fused {
const Kernels<GROKSCOPE_SCALAR>* find_kernels(SimdLevel level, GROKSCOPE_SCALAR type) {
    GROKSCOPE_FIND_TABLE(level, table_of, type)
}
} // namespace grokscope::fused
#endif
