// The kernels for float.
#define GROKSCOPE_SCALAR float
#include "engine/model/fused/simd/kernels-inl.h"
