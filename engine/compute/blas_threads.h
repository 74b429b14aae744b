// The BLAS library must not bring threads of its own: ours call it from inside units.
#pragma once

namespace grokscope {

/// Tells OpenBLAS to use the calling thread only; the first statement of main(), because its own
/// pool would otherwise spin beside ours, and its threaded products hold a lock for the whole
/// process. True when the BLAS in use is an OpenBLAS; another BLAS needs nothing.
bool use_single_threaded_blas();

} // namespace grokscope
