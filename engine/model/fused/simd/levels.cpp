// Chooses among the compiled instruction sets.
#include "engine/model/fused/kernels.h"
#include "engine/model/fused/simd/targets.h"

#include <array>
#include <stdexcept>
#include <string>

namespace grokscope::fused {

namespace {
constexpr std::array kLevels = {SimdLevel::kPortable, SimdLevel::kSse4, SimdLevel::kNeon,
                                SimdLevel::kAvx2, SimdLevel::kAvx512};
} // namespace

std::vector<SimdLevel> available_simd_levels() {
    std::vector<SimdLevel> available;
    for (const SimdLevel level : kLevels) {
        if (find_kernels(level, float{}) != nullptr) {
            available.push_back(level);
        }
    }
    return available;
}

SimdLevel best_simd_level() {
    return available_simd_levels().back();
}

std::string_view name_of(SimdLevel level) {
    switch (level) {
    case SimdLevel::kPortable:
        return "portable";
    case SimdLevel::kSse4:
        return "SSE4";
    case SimdLevel::kNeon:
        return "NEON";
    case SimdLevel::kAvx2:
        return "AVX2";
    case SimdLevel::kAvx512:
        return "AVX-512";
    }
    return "unknown";
}

void limit_simd_level(SimdLevel level) {
    hwy::DisableTargets(0);                         // an earlier limit does not count
    (void)kernels<float>(level);                    // throws when it is missing
    hwy::DisableTargets(highway_target(level) - 1); // the better a target, the lower its bit
}

template <typename T>
const Kernels<T>& kernels(SimdLevel level) {
    const Kernels<T>* found = find_kernels(level, T{});
    if (found == nullptr) {
        throw std::invalid_argument("this machine has no " + std::string(name_of(level)) +
                                    "; the best it has is " +
                                    std::string(name_of(best_simd_level())));
    }
    return *found;
}

template const Kernels<float>& kernels<float>(SimdLevel);
template const Kernels<double>& kernels<double>(SimdLevel);

} // namespace grokscope::fused
