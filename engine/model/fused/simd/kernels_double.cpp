// The kernels for double.
#define GROKSCOPE_SCALAR double
#include "engine/model/fused/simd/kernels-inl.h"
