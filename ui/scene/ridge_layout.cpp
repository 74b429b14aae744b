#include "ui/scene/ridge_layout.h"

#include "ui/scene/amplitude.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {
namespace {

/// Share of the height that the rows' bases span; the rest is for the ridges themselves.
float depth_share(float tilt) {
    return 0.30F + 0.55F * std::clamp(tilt, 0.0F, 1.0F);
}

/// Full height is at most this many times what is free above the last row: more would hide the
/// rows behind it.
constexpr float kMostRise = 1.6F;
/// Steps of full height, as a share of the picture.
constexpr float kRiseStep = 0.04F;

/// Share of the width by which the back may be moved at most.
constexpr float kMostShear = 0.4F;

} // namespace

RidgeLayout lay_out_ridges(gl::Size size, const Margins& margins, int frequencies, int slots,
                           float tilt, float shear) {
    const float width =
        std::max(static_cast<float>(size.width) - margins.left - margins.right, 8.0F);
    const float height =
        std::max(static_cast<float>(size.height) - margins.top - margins.bottom, 8.0F);
    const float depth = height * depth_share(tilt);
    const float moved = width * kMostShear * std::clamp(shear, -1.0F, 1.0F);
    const auto gaps = static_cast<float>(std::max(slots - 1, 1));

    RidgeLayout layout;
    layout.size = size;
    layout.frequencies = frequencies;
    layout.slots = slots;
    layout.across = (width - std::abs(moved)) / static_cast<float>(std::max(frequencies - 1, 1));
    layout.steps = std::clamp(static_cast<int>(std::lround(layout.across / 3)), 1, 6);
    layout.origin = {margins.left + std::max(moved, 0.0F), margins.bottom + depth};
    layout.step = {-moved / gaps, -depth / gaps};
    layout.height = height - depth;
    return layout;
}

void fit_height(RidgeLayout& layout, const Margins& margins, const SpectrumRows& rows,
                float reference, WavetableScale scale) {
    const float top = static_cast<float>(layout.size.height) - margins.top;
    float tallest = std::min((top - layout.origin.y) * kMostRise, top - margins.bottom);
    for (int row = 0; row < rows.count(); ++row) {
        const std::span<const float> values = rows.row(row);
        const float largest = *std::max_element(values.begin(), values.end());
        const float height = height_of(largest, largest, reference, scale);
        const float room = top - layout.at(1, static_cast<float>(row), 0).y;
        if (height > 0) {
            tallest = std::min(tallest, room / height);
        }
    }
    const float step = std::max(kRiseStep * (top - margins.bottom), 1.0F);
    layout.height = std::max(std::floor(tallest / step), 1.0F) * step;
}

int ridge_capacity(gl::Size size, const Margins& margins, float tilt, float spacing) {
    const float height = static_cast<float>(size.height) - margins.top - margins.bottom;
    const float fit = height * depth_share(tilt) / std::max(spacing, 0.5F);
    return std::clamp(static_cast<int>(fit) / 32 * 32, 64, 512);
}

std::optional<RidgeHit> pick_ridge(const RidgeLayout& layout, const SpectrumRows& rows,
                                   float reference, WavetableScale scale, PicturePoint point) {
    constexpr float kReach = 2; // pixels above a line that still belong to it
    for (int row = rows.count() - 1; row >= 0; --row) {
        const PicturePoint base = layout.at(1, static_cast<float>(row), 0);
        const float place = (point.x - base.x) / layout.across;
        const int last = layout.frequencies - 1;
        if (place < -0.5F || place > static_cast<float>(last) + 0.5F ||
            point.y < base.y + std::min(layout.step.y, -1.0F)) {
            continue;
        }
        const std::span<const float> values = rows.row(row);
        const float row_max = *std::max_element(values.begin(), values.end());
        const float inside = std::clamp(place, 0.0F, static_cast<float>(last));
        const int left = std::min(static_cast<int>(inside), last - 1);
        const float share = inside - static_cast<float>(left);
        const auto height = [&](int k) {
            return height_of(values[static_cast<std::size_t>(k)], row_max, reference, scale);
        };
        const float curve = (1 - share) * height(left) + share * height(left + 1);
        if (point.y <= base.y + curve * layout.height + kReach) {
            return RidgeHit{row, static_cast<int>(std::lround(inside)) + 1};
        }
    }
    return std::nullopt;
}

} // namespace grokscope::ui
