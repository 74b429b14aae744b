#include "ui/path_scene.h"

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

std::optional<std::size_t> record_at(const WeightPath& path, std::int32_t epoch) {
    const auto after = std::ranges::upper_bound(path.points, epoch, {}, &PathPoint::epoch);
    if (after == path.points.begin()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(after - path.points.begin()) - 1;
}

} // namespace grokscope::ui
