// Runs the tests under the program's own settings: one torch thread, denormals flushed.
#include "engine/compute/blas_kernels.h"
#include "engine/compute/blas_threads.h"
#include "engine/compute/denormals.h"
#include "engine/reference/torch_threads.h"

#include <gtest/gtest.h>

int main(int argc, char** argv) {
    grokscope::restart_with_better_blas_kernels(argv);
    grokscope::use_single_threaded_blas();
    grokscope::configure_torch_threads();
    grokscope::flush_denormals();
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
