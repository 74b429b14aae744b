// libtorch's own threads, which must not compete with ours.
#pragma once

namespace grokscope {

/// Makes libtorch compute on the calling thread only: the reference step is faster so, since the
/// BLAS below has a pool of its own (engine.md section 7). Call once, before any run; the program's
/// module of libtorch does (torch_module.h).
void configure_torch_threads();

} // namespace grokscope
