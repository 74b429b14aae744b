// The kernels of a block for double.
#define GROKSCOPE_SCALAR double
#include "engine/model/layers/simd/block_kernels-inl.h"
