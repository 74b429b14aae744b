#include "ui/core/curve_shape.h"

#include "engine/protocol/rivals.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>

namespace grokscope::ui {

namespace {

/// Ink and space, pixels at scale 1.
constexpr std::array<float, 2> kDash{9, 6};
constexpr std::array<float, 2> kDot{2, 4};
constexpr std::array<float, 4> kDashDot{9, 4, 2, 4};
constexpr std::array<float, 2> kLongDash{18, 7};
constexpr std::array<float, 6> kDashDotDot{9, 4, 2, 4, 2, 4};
constexpr std::array<float, 2> kShortDash{5, 4};

constexpr std::size_t kDashes = 7;
/// The marker that one of the eight stencils has with the dash at the same place.
constexpr std::array<MarkerShape, kDashes> kMarkers = {
    MarkerShape::kCircle,  MarkerShape::kSquare,       MarkerShape::kTriangleUp,
    MarkerShape::kDiamond, MarkerShape::kTriangleDown, MarkerShape::kPlus,
    MarkerShape::kCross};

/// A dash with the marker that belongs `step` places further on. Step 0 is that of the eight.
constexpr CurveShape pair_of(std::size_t dash, std::size_t step) {
    return {static_cast<std::uint8_t>(dash), kMarkers[(dash + step) % kDashes]};
}

/// One of the 42 pairs that none of the eight has.
constexpr CurveShape other_pair(std::size_t first_dash, std::size_t number) {
    return pair_of((first_dash + number) % kDashes, 1 + number / kDashes % (kDashes - 1));
}
constexpr std::size_t kOtherPairs = kDashes * (kDashes - 1);

} // namespace

std::span<const float> dashes_of(const CurveShape& shape) {
    static constexpr std::array<std::span<const float>, kDashes> kPatterns = {
        std::span<const float>(), kDash, kDot, kDashDot, kLongDash, kDashDotDot, kShortDash};
    return kPatterns[shape.dash % kDashes];
}

CurveShape shape_of(const Stencil& stencil) {
    if (stencil.depth() > 1) { // another pair for each single offset
        auto code = static_cast<std::size_t>(stencil.size());
        for (const int offset : stencil.offsets()) {
            const auto far = static_cast<std::size_t>(std::max(std::abs(offset), 1) - 1);
            code += offset > 0 ? far : 3 * far;
        }
        return other_pair(0, code);
    }
    const bool below = stencil.contains(-1);
    const bool zero = stencil.contains(0);
    const bool above = stencil.contains(1);
    if (stencil.empty()) {
        return {};
    }
    if (zero) {
        return pair_of(below && above ? 6 : above ? 5 : below ? 3 : 0, 0);
    }
    return pair_of(below && above ? 4 : above ? 2 : 1, 0);
}

CurveShape shape_of(const RunConfig& config) {
    const std::optional<int> rival = rival_number(config);
    if (!rival) {
        return shape_of(config.stencil);
    }
    // Other pairs than those of the nearest wide stencils; with a stencil one more step on.
    const std::size_t first = kDashes * (config.has_probes() ? 3 : 2);
    return other_pair(0, first + static_cast<std::size_t>(*rival));
}

CurveShape shape_of(Measure measure) {
    return pair_of(static_cast<std::size_t>(measure), 0);
}

CurveShape shape_of_figure(std::size_t n) {
    return pair_of(n % kDashes, 0);
}

CurveShape free_shape(const CurveShape& own, std::span<const CurveShape> taken) {
    const auto owners = [taken](const CurveShape& shape) {
        return std::count(taken.begin(), taken.end(), shape);
    };
    CurveShape best = own;
    const std::size_t next_dash = best.dash + std::size_t{1};
    auto fewest = owners(best);
    for (std::size_t number = 0; number < kOtherPairs && fewest > 0; ++number) {
        const CurveShape shape = other_pair(next_dash, number);
        if (const auto count = owners(shape); count < fewest) {
            best = shape;
            fewest = count;
        }
    }
    return best;
}

} // namespace grokscope::ui
