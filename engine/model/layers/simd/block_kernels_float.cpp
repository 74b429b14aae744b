// The kernels of a block for float.
#define GROKSCOPE_SCALAR float
#include "engine/model/layers/simd/block_kernels-inl.h"
