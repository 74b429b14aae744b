// The one file that knows which BLAS may be behind the CBLAS interface.
#include "engine/compute/blas_threads.h"

// Weak: null unless the BLAS loaded with the program is an OpenBLAS.
#if defined(__GNUC__) && !defined(_WIN32)
extern "C" __attribute__((weak)) void openblas_set_num_threads(int threads);
#endif

namespace grokscope {

bool use_single_threaded_blas() {
#if defined(__GNUC__) && !defined(_WIN32)
    if (&openblas_set_num_threads != nullptr) {
        openblas_set_num_threads(1);
        return true;
    }
#endif
    return false;
}

} // namespace grokscope
