// Gathers the kernels of one target into a table. Included once per target.
#if defined(GROKSCOPE_TABLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GROKSCOPE_TABLE_INL_H_
#undef GROKSCOPE_TABLE_INL_H_
#else
#define GROKSCOPE_TABLE_INL_H_
#endif

#include "engine/model/fused/simd/adamw-inl.h"
#include "engine/model/fused/simd/multiply-inl.h"
#include "engine/model/fused/simd/pairs-inl.h"
#include "engine/model/fused/simd/probe-inl.h"

HWY_BEFORE_NAMESPACE();
namespace grokscope::fused {
namespace HWY_NAMESPACE {

template <typename T>
constexpr Kernels<T> make_table() {
    return {GROKSCOPE_LEVEL,      multiply<T>,    pack<T>,          add_matrix_vector<T>,
            attention_weights<T>, gather<T>,      loss<T>,          scatter<T>,
            column_sums<T>,       probe_error<T>, multiply_adds<T>, adamw<T>};
}

} // namespace HWY_NAMESPACE
} // namespace grokscope::fused
HWY_AFTER_NAMESPACE();

#endif
