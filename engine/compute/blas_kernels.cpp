#include "engine/compute/blas_kernels.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#if defined(__linux__) && defined(__x86_64__) && defined(__GNUC__)
#include <unistd.h>
// Weak: null unless the BLAS loaded with the program is an OpenBLAS.
extern "C" __attribute__((weak)) char* openblas_get_corename();
#endif

namespace grokscope {

std::optional<std::string_view> better_blas_kernels(std::string_view chosen,
                                                    const VectorUnits& units) {
    // OpenBLAS's names of processors without AVX2, among them what it takes for unknown ones.
    constexpr std::array<std::string_view, 13> kWithoutAvx2 = {
        "Prescott", "Core2",     "Penryn",  "Dunnington",   "Nehalem", "Sandybridge", "Atom",
        "Nano",     "Barcelona", "Opteron", "Opteron_SSE3", "Bobcat",  "Generic"};
    if (std::ranges::find(kWithoutAvx2, chosen) == kWithoutAvx2.end()) {
        return std::nullopt;
    }
    if (units.avx512) {
        return "SkylakeX";
    }
    if (units.avx2_and_fma) {
        return "Haswell";
    }
    return std::nullopt;
}

void restart_with_better_blas_kernels([[maybe_unused]] char** arguments) {
#if defined(__linux__) && defined(__x86_64__) && defined(__GNUC__)
    constexpr const char* kVariable = "OPENBLAS_CORETYPE";
    if (&openblas_get_corename == nullptr || std::getenv(kVariable) != nullptr) {
        return; // the second start ends here
    }
    const VectorUnits units{
        .avx2_and_fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"),
        .avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                  __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl")};
    if (const auto kernels = better_blas_kernels(openblas_get_corename(), units)) {
        setenv(kVariable, std::string(*kernels).c_str(), 1);
        constexpr const char* kSelf = "/proc/self/exe";
        // By its own path, so that the process keeps its name; a file replaced meanwhile has none.
        std::error_code ignored;
        execv(std::filesystem::read_symlink(kSelf, ignored).c_str(), arguments);
        execv(kSelf, arguments);
        unsetenv(kVariable); // refused: go on as it is
    }
#endif
}

} // namespace grokscope
