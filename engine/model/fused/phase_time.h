// Where the time of the fused step goes, for the benchmarks.
#pragma once

#include <cstdint>
#include <string_view>

namespace grokscope::fused {

/// What a phase has cost so far.
struct PhaseTime {
    std::string_view name;
    double seconds = 0;
    std::int64_t runs = 0;
};

} // namespace grokscope::fused
