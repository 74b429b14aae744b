// What the tests of the kernels share: random matrices, and a suite over the instruction sets of
// this machine.
#pragma once

#include "engine/model/fused/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace grokscope::fused {

template <typename T>
std::vector<T> random_values(std::size_t count, unsigned seed, double scale = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0, scale);
    std::vector<T> values(count);
    for (T& value : values) {
        value = static_cast<T>(normal(random));
    }
    return values;
}

/// Tests that run on every instruction set of this machine.
class OnEverySimdLevel : public testing::TestWithParam<SimdLevel> {
protected:
    [[nodiscard]] static const Kernels<float>& of() { return kernels<float>(GetParam()); }
};

/// "AVX512", for the name of a test.
inline std::string test_name_of(const testing::TestParamInfo<SimdLevel>& level) {
    std::string name(name_of(level.param));
    std::erase(name, '-');
    return name;
}

} // namespace grokscope::fused
