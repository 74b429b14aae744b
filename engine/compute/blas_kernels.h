// An OpenBLAS older than the processor takes its slowest kernels; this gives it better ones.
#pragma once

#include <optional>
#include <string_view>

namespace grokscope {

/// Vector units that OpenBLAS has kernels for.
struct VectorUnits {
    bool avx2_and_fma = false;
    bool avx512 = false; ///< F, CD, BW, DQ and VL
};

/// The kernels that OpenBLAS should be told to use (a value of OPENBLAS_CORETYPE), given those it
/// chose by itself; empty when its choice is as good as the processor.
[[nodiscard]] std::optional<std::string_view> better_blas_kernels(std::string_view chosen,
                                                                  const VectorUnits& units);

/// Starts this program anew, once, with OPENBLAS_CORETYPE set, when the OpenBLAS it runs on does
/// not know the processor and fell back to kernels without vector units (0.3.21 on Intel's model
/// 207: a third of the speed of the reference step). The library reads the variable before main(),
/// hence the restart. Does nothing, and returns, when the variable is set already, with another
/// BLAS, on another system than Linux on x86-64, or when the restart is refused. Call first in
/// main(), with its arguments.
void restart_with_better_blas_kernels(char** arguments);

} // namespace grokscope
