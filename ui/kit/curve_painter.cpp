#include "ui/kit/curve_painter.h"

#include "ui/core/plot_axes.h"
#include "ui/kit/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace grokscope::ui {

namespace {

constexpr float kMarkerSpacing = 120;
/// Pixels; a third of what anti-aliasing blurs.
constexpr float kTolerance = 0.2F;

double scaled(double value, bool log, double floor) {
    return log ? std::log(std::max(value, floor)) : value;
}

/// A place along an axis as a share of its length; what lies very far out stays a number that can
/// be reckoned with.
float share_of(double place) {
    constexpr double kFar = 1e5;
    return static_cast<float>(std::clamp(place, -kFar, kFar));
}

/// What lies beside the plot is cut off this far outside of it, in pixels.
constexpr float kBeside = 64;

/// True where the way from `a` over `b` to `c` turns by more than 120 degrees at `b`.
bool turns_back(const ImVec2& a, const ImVec2& b, const ImVec2& c) {
    const ImVec2 in{b.x - a.x, b.y - a.y};
    const ImVec2 out{c.x - b.x, c.y - b.y};
    const float along = in.x * out.x + in.y * out.y;
    return along < -0.5F * std::hypot(in.x, in.y) * std::hypot(out.x, out.y);
}

/// Thickness that a casing adds, both sides together.
float casing_of(const CurveLook& look) {
    return look.style.casing ? std::min(look.thickness, 2 * look.scale) : 0.0F;
}

} // namespace

float PlotFrame::x_of(double epoch) const {
    const double x = map == nullptr ? epoch : map->at_epoch(epoch);
    const double low = scaled(x_min, log_x, 1e-3);
    const double high = scaled(x_max, log_x, 1e-3);
    return area.x + share_of((scaled(x, log_x, 1e-3) - low) / (high - low)) * area.width;
}

float PlotFrame::y_of(double y) const {
    const double low = scaled(y_min, log_y, kLogFloor);
    const double high = scaled(y_max, log_y, kLogFloor);
    return area.bottom() -
           share_of((scaled(y, log_y, kLogFloor) - low) / (high - low)) * area.height;
}

double PlotFrame::x_at(float pixel) const {
    const double share = (pixel - area.x) / std::max(area.width, 1.0F);
    const double x = log_x ? std::exp(std::log(x_min) + share * (std::log(x_max) - std::log(x_min)))
                           : x_min + share * (x_max - x_min);
    const double epoch = map == nullptr ? x : map->epoch_at(x);
    return std::isfinite(epoch) ? std::clamp(epoch, -2 * kFarthest, 2 * kFarthest) : 0;
}

CurveEnd CurvePainter::paint(ImDrawList& list, const PlotFrame& frame, const Series& series,
                             const CurveLook& look, const Color& background) {
    const bool mapped = frame.map != nullptr;
    // Where equal steps of the axis are not equal in epochs, columns are bucketed more finely.
    const int finer = mapped && !frame.map->linear() ? 4 : 1;
    series.decimate({mapped ? frame.map->epoch_at(frame.x_min) : frame.x_min,
                     mapped ? frame.map->epoch_at(frame.x_max) : frame.x_max,
                     std::max(static_cast<int>(frame.area.width), 1) * finer,
                     frame.log_x ? AxisScale::kLog : AxisScale::kLinear},
                    curve_);
    const CurveEnd end = take_apart(frame, look);
    if (look.style.casing) {
        stroke_all(list, u32(kCasing.with_alpha(look.alpha)), look.thickness + casing_of(look));
    }
    stroke_all(list, u32(look.style.color.with_alpha(look.alpha)), look.thickness);
    if (look.hollow) {
        stroke_all(list, u32(background), look.thickness * 0.36F);
    }
    draw_marks(list, frame, look, background);
    return end;
}

CurveEnd CurvePainter::take_apart(const PlotFrame& frame, const CurveLook& look) {
    const float stretch = look.scale * dash_stretch(look.thickness + casing_of(look), look.scale);
    std::array<float, 8> pattern{};
    for (std::size_t i = 0; i < look.style.dashes.size(); ++i) {
        pattern[i] = look.style.dashes[i] * stretch;
    }
    const float anchor = frame.x_of(frame.log_x ? 1 : 0);
    strokes_.clear();
    markers_.clear();
    lone_.clear();
    below_.clear();
    CurveEnd end;
    for (std::size_t i = 0; i < curve_.starts.size(); ++i) {
        const auto polyline = curve_.polyline(i);
        line_.clear();
        for (const CurvePoint& point : polyline) {
            const Pixel at{frame.x_of(point.x), frame.y_of(point.y)};
            if (!std::isfinite(at.x) || !std::isfinite(at.y)) {
                continue; // the axis has no place for it
            }
            line_.push_back(at);
            if (frame.log_y && point.y <= kLogFloor) {
                below_.push_back({at.x, frame.area.bottom()});
            }
        }
        if (line_.empty()) {
            continue;
        }
        if (line_.size() == 1) {
            lone_.push_back(line_.front());
        }
        if (line_.back().x <= frame.area.right() + 1 || !end.any) {
            end = {line_.back(), true};
        }
        for (auto point = line_.rbegin(); point != line_.rend(); ++point) {
            if (point->x <= frame.area.right()) {
                end = {*point, true};
                break;
            }
        }
        clip_columns(line_, frame.area.x - kBeside, frame.area.right() + kBeside);
        simplify(line_, kTolerance * look.scale);
        append_dashes(line_, std::span(pattern).first(look.style.dashes.size()), anchor, strokes_);
        if (look.markers) {
            append_marker_positions(line_, anchor, kMarkerSpacing * look.scale, markers_);
        }
    }
    return end;
}

void CurvePainter::stroke_all(ImDrawList& list, ImU32 ink, float thickness) {
    const auto draw = [&] {
        list.AddPolyline(points_.data(), static_cast<int>(points_.size()), ink, ImDrawFlags_None,
                         thickness);
    };
    for (std::size_t i = 0; i < strokes_.starts.size(); ++i) {
        points_.clear();
        for (const Pixel& point : strokes_.stroke(i)) {
            const ImVec2 at{point.x, point.y};
            // ImGui joins two pieces by the mean of their sides, which is nothing where one goes
            // back along the other: the tip of a spike would be pinched off.
            if (points_.size() >= 2 &&
                turns_back(points_[points_.size() - 2], points_.back(), at)) {
                draw();
                points_.erase(points_.begin(), points_.end() - 1);
            }
            points_.push_back(at);
        }
        draw();
    }
}

void CurvePainter::draw_marks(ImDrawList& list, const PlotFrame& frame, const CurveLook& look,
                              const Color& background) const {
    if (below_.empty() && lone_.empty() && markers_.empty()) {
        return;
    }
    const ImU32 color = u32(look.style.color.with_alpha(look.alpha));
    const float size = 9 * look.scale;
    const RoomForMarks room(list, frame.area, size);
    for (const auto& [x, y] : below_) {
        if (marks_plot(frame.area, {x, y})) {
            const float half = 4 * look.scale;
            list.AddTriangleFilled({x - half, y - half * 1.5F}, {x + half, y - half * 1.5F}, {x, y},
                                   color);
        }
    }
    for (const auto& [x, y] : lone_) {
        if (marks_plot(frame.area, {x, y})) {
            list.AddCircleFilled({x, y}, look.thickness * 1.2F, color);
        }
    }
    for (const auto& [x, y] : markers_) {
        if (!marks_plot(frame.area, {x, y})) {
            continue;
        }
        if (look.style.casing) {
            draw_marker(list, look.style.marker, {x, y}, size, color, u32(background), true);
        }
        draw_marker(list, look.style.marker, {x, y}, size, color, u32(background));
    }
}

void paint_band(ImDrawList& list, const PlotFrame& frame, const Series& low, const Series& high,
                const Color& color) {
    constexpr float kColumn = 2; // pixels
    if (low.empty()) {
        return;
    }
    const float left = std::max(frame.area.x, frame.x_of(std::max(low.x().front(), 1.0)));
    const float right = std::min(frame.area.right(), frame.x_of(low.x().back()));
    for (float x = left; x < right; x += kColumn) {
        const std::size_t at = low.at_or_before(frame.x_at(x));
        const std::size_t first = at < low.size() ? at : 0;
        const std::size_t last = low.at_or_before(frame.x_at(x + kColumn));
        const Series::Extent lows = low.extent(first, last + 1);
        const Series::Extent highs = high.extent(first, last + 1);
        if (lows.any && highs.any) {
            list.AddRectFilled(
                {x, frame.y_of(high.y()[highs.max_index])},
                {std::min(x + kColumn, right), frame.y_of(low.y()[lows.min_index])},
                ImGui::ColorConvertFloat4ToU32({color.r, color.g, color.b, color.a}));
        }
    }
}

} // namespace grokscope::ui
