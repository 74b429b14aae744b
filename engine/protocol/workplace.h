// Where a run was computed, as far as it may explain other bits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

namespace grokscope {

struct Workplace {
    std::string program_version;
    std::string step; ///< implementation with its device or SIMD target
    std::string host; ///< machine_name(): "NAME, SYSTEM, PROCESSOR, BLAS ..."
    friend bool operator==(const Workplace&, const Workplace&) = default;
};

/// From this epoch on.
struct WorkplaceSince {
    std::int32_t epoch = 0;
    Workplace workplace;
};

/// The one in force at `epoch`; `workplaces` has increasing epochs and begins with epoch 0.
[[nodiscard]] inline const Workplace& workplace_at(std::span<const WorkplaceSince> workplaces,
                                                   std::int32_t epoch) {
    const auto later = std::ranges::upper_bound(workplaces, epoch, {}, &WorkplaceSince::epoch);
    return std::prev(later)->workplace;
}

/// "fused, AVX2" of "fused, AVX2, 2 threads": the number of threads changes no bit.
[[nodiscard]] inline std::string_view step_without_threads(std::string_view step) {
    const std::size_t comma = step.rfind(", ");
    const bool counted = step.ends_with(" thread") || step.ends_with(" threads");
    return counted && comma != std::string_view::npos ? step.substr(0, comma) : step;
}

/// "PROCESSOR, BLAS ..." of a host; empty when it does not tell.
[[nodiscard]] inline std::string_view units_of(std::string_view host) {
    for (int skipped = 0; skipped < 2; ++skipped) {
        const std::size_t comma = host.find(", ");
        if (comma == std::string_view::npos) {
            return {};
        }
        host.remove_prefix(comma + 2);
    }
    return host;
}

/// What may make other bits: "fused, AVX2 instead of fused, AVX-512"; empty when nothing does, as
/// far as both tell.
[[nodiscard]] inline std::string changes_of_workplace(const Workplace& then, const Workplace& now) {
    std::string all_then;
    std::string all_now;
    const auto compare = [&](std::string_view before, std::string_view after) {
        if (before != after && !before.empty() && !after.empty()) {
            all_then += (all_then.empty() ? "" : ", ") + std::string(before);
            all_now += (all_now.empty() ? "" : ", ") + std::string(after);
        }
    };
    compare(then.program_version.empty() ? "" : "version " + then.program_version,
            now.program_version.empty() ? "" : "version " + now.program_version);
    compare(step_without_threads(then.step), step_without_threads(now.step));
    compare(units_of(then.host), units_of(now.host));
    return all_now.empty() ? std::string() : all_now + " instead of " + all_then;
}

} // namespace grokscope
