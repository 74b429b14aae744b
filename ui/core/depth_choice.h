// What is chosen in the sheet of depth.
// Threads: any; values only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace grokscope::ui {

/// Which score of a head: z exchanged at the last position (published), at all, at one earlier
/// position alone; the two controls (science.md 6.1).
enum class HeadScore : std::uint8_t {
    kLast,
    kEverywhere,
    kA,
    kOperation,
    kB,
    kOtherHead,
    kStranger
};
inline constexpr std::size_t kHeadScores = 7;

/// What of the skipped layers adds nothing.
enum class SkipPart : std::uint8_t { kBoth, kAttention, kMlp };
inline constexpr std::size_t kSkipParts = 3;

struct DepthView {
    HeadScore score = HeadScore::kLast;
    SkipPart part = SkipPart::kBoth;
};

} // namespace grokscope::ui
