#include "ui/views/path/path_scene.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

PathCamera::PathCamera(const PathView& view, const Rect& area)
    : area_(area), cos_turn_(std::cos(view.turn)), sin_turn_(std::sin(view.turn)),
      cos_lift_(std::cos(view.lift)), sin_lift_(std::sin(view.lift)) {
}

ScenePoint PathCamera::operator()(const std::array<double, kPathComponents>& point) const {
    const auto right = static_cast<float>(point[0]);
    const auto into = static_cast<float>(point[1]);
    const auto up = static_cast<float>(point[2]);
    const float across = right * cos_turn_ - into * sin_turn_;
    const float away = right * sin_turn_ + into * cos_turn_;
    const float half = kPathFrame * std::min(area_.width, area_.height) / 2;
    return {area_.x + area_.width / 2 + half * across,
            area_.y + area_.height / 2 - half * (up * cos_lift_ + away * sin_lift_),
            up * sin_lift_ - away * cos_lift_};
}

std::vector<std::array<double, kPathComponents>> in_unit_ball(const WeightPath& path) {
    double largest = 0;
    for (const PathPoint& point : path.points) {
        double squares = 0;
        for (const double coordinate : point.coordinates) {
            squares += coordinate * coordinate;
        }
        largest = std::max(largest, std::isfinite(squares) ? squares : 0);
    }
    const double scale = largest > 0 ? 1 / std::sqrt(largest) : 0;
    std::vector<std::array<double, kPathComponents>> points;
    points.reserve(path.points.size());
    for (const PathPoint& point : path.points) {
        std::array<double, kPathComponents> scaled{};
        for (std::size_t i = 0; i < kPathComponents; ++i) {
            const double coordinate = point.coordinates[i] * scale;
            scaled[i] = std::isfinite(coordinate) ? coordinate : 0;
        }
        points.push_back(scaled);
    }
    return points;
}

Rect name_behind(const ScenePoint& begin, const ScenePoint& end, float width, float height,
                 float gap, const Rect& area) {
    const float x = end.x - begin.x;
    const float y = end.y - begin.y;
    const float length = std::hypot(x, y);
    const float along = length > 0 ? x / length : 0;
    const float down = length > 0 ? y / length : -1;
    // Half of what the name takes along the arm.
    const float half = (std::abs(along) * width + std::abs(down) * height) / 2;
    return {std::clamp(end.x + along * (gap + half) - width / 2, area.x,
                       std::max(area.right() - width, area.x)),
            std::clamp(end.y + down * (gap + half) - height / 2, area.y,
                       std::max(area.bottom() - height, area.y)),
            width, height};
}

std::optional<Rect> name_beside(const ScenePoint& point, float width, float height, float gap,
                                const Rect& area, std::span<const Rect> taken) {
    const float left = point.x - width / 2;
    const float high = point.y - height / 2;
    const float right = point.x + gap;
    const float above = point.y - gap - height;
    const float below = point.y + gap;
    const std::array places{
        Rect{right, high, width, height},  Rect{point.x - gap - width, high, width, height},
        Rect{left, above, width, height},  Rect{left, below, width, height},
        Rect{right, above, width, height}, Rect{point.x - gap - width, above, width, height},
        Rect{right, below, width, height}, Rect{point.x - gap - width, below, width, height}};
    const auto fits = [&](const Rect& place) {
        return place.x >= area.x && place.right() <= area.right() && place.y >= area.y &&
               place.bottom() <= area.bottom() &&
               std::ranges::none_of(taken, [&](const Rect& one) { return one.overlaps(place); });
    };
    const auto found = std::ranges::find_if(places, fits);
    return found == places.end() ? std::nullopt : std::optional(*found);
}

std::optional<std::size_t> record_at(const WeightPath& path, std::int32_t epoch) {
    const auto after = std::ranges::upper_bound(path.points, epoch, {}, &PathPoint::epoch);
    if (after == path.points.begin()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(after - path.points.begin()) - 1;
}

} // namespace grokscope::ui
