// Which kernels OpenBLAS is told to use where its own choice is older than the processor.
#include "engine/compute/blas_kernels.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace grokscope {
namespace {

constexpr VectorUnits kNone{};
constexpr VectorUnits kAvx2{.avx2_and_fma = true};
constexpr VectorUnits kAvx512{.avx2_and_fma = true, .avx512 = true};

TEST(BlasKernelsTest, AreReplacedOnlyWhereTheyLeaveVectorUnitsIdle) {
    EXPECT_EQ(better_blas_kernels("Prescott", kAvx512), "SkylakeX");
    EXPECT_EQ(better_blas_kernels("Prescott", kAvx2), "Haswell");
    EXPECT_EQ(better_blas_kernels("Prescott", kNone), std::nullopt);
    EXPECT_EQ(better_blas_kernels("Nehalem", kAvx2), "Haswell");
    for (const char* good : {"SkylakeX", "Haswell", "Zen", "Cooperlake", "SapphireRapids"}) {
        EXPECT_EQ(better_blas_kernels(good, kAvx512), std::nullopt) << good;
    }
    EXPECT_EQ(better_blas_kernels("a name of the future", kAvx512), std::nullopt);
}

TEST(BlasKernelsTest, AreLeftToTheUserWhoNamedThem) {
    ASSERT_EQ(setenv("OPENBLAS_CORETYPE", "Prescott", 1), 0);
    char name[] = "/nonexistent";
    char* arguments[] = {name, nullptr};
    restart_with_better_blas_kernels(arguments); // returns: this test goes on
    EXPECT_STREQ(std::getenv("OPENBLAS_CORETYPE"), "Prescott");
    unsetenv("OPENBLAS_CORETYPE");
}

} // namespace
} // namespace grokscope
