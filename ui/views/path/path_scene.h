// A path in three dimensions as the sheet sees it: turned, scaled and laid flat.
// Threads: any; values only.
#pragma once

#include "engine/protocol/study.h"
#include "ui/core/rect.h"
#include "ui/core/view_state.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grokscope::ui {

/// A point of the picture, and how far in front it lies: 1 nearest, -1 farthest.
struct ScenePoint {
    float x = 0;
    float y = 0;
    float depth = 0;
};

/// Of the square, what the unit ball takes: the rest is for the frame around it.
inline constexpr float kPathFrame = 0.75F;
/// Half a side of that frame, a cube whose corners stay within the square from every side.
inline constexpr double kPathSide = 0.76;

/// Turns points within the unit ball around the axis that goes up by `turn`, tips it by `lift`
/// (radians), and lays it into a square of the rectangle; parallel, so that equal lengths at equal
/// angles stay equal.
class PathCamera {
public:
    PathCamera(const PathView& view, const Rect& area);
    /// First component to the right, second into the picture, third up, at turn and lift 0.
    [[nodiscard]] ScenePoint operator()(const std::array<double, kPathComponents>& point) const;

private:
    Rect area_;
    float cos_turn_;
    float sin_turn_;
    float cos_lift_;
    float sin_lift_;
};

/// The points of a path divided by the largest distance from their mean, so that all lie within the
/// unit ball; all at 0 where nothing moves.
[[nodiscard]] std::vector<std::array<double, kPathComponents>> in_unit_ball(const WeightPath& path);

/// Where a name of that size stands at the end of an arm: behind it as seen from where it begins,
/// as far as `area` goes.
[[nodiscard]] Rect name_behind(const ScenePoint& begin, const ScenePoint& end, float width,
                               float height, float gap, const Rect& area);

/// Where a name of that size stands beside a point: the first of right, left, above, below and the
/// four corners that lies within `area` and on none of `taken`; nothing where there is none.
[[nodiscard]] std::optional<Rect> name_beside(const ScenePoint& point, float width, float height,
                                              float gap, const Rect& area,
                                              std::span<const Rect> taken);

/// Index of the newest record at or before `epoch`; nothing before the first.
[[nodiscard]] std::optional<std::size_t> record_at(const WeightPath& path, std::int32_t epoch);

} // namespace grokscope::ui
