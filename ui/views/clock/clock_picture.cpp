#include "ui/views/clock/clock_picture.h"

#include "ui/core/mark_ink.h"
#include "ui/kit/dot_names.h"
#include "ui/kit/picture_kit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
/// Lengths of the hands of a, of b and of the answer, in radii.
constexpr float kHand = 0.68F;
constexpr float kAnswerHand = 0.92F;

/// Where a hand may have its name: at what radius, and turned from it by how many radians.
struct NamePlace {
    float radius;
    double turn;
};
constexpr std::array<NamePlace, 10> kNamePlaces{{{0.84F, 0},
                                                 {0.66F, 0.35},
                                                 {0.66F, -0.35},
                                                 {0.84F, 0.3},
                                                 {0.84F, -0.3},
                                                 {0.54F, 0.5},
                                                 {0.54F, -0.5},
                                                 {0.66F, 0.7},
                                                 {0.66F, -0.7},
                                                 {0.84F, 0.6}}};

ImVec2 on_dial(ImVec2 centre, float radius, double angle) {
    return {centre.x + radius * static_cast<float>(std::cos(angle)),
            centre.y - radius * static_cast<float>(std::sin(angle))};
}

/// A part of a circle from one angle on, by `turn` radians, upwards where that is positive.
void draw_arc(ImDrawList& list, ImVec2 centre, float radius, double from, double turn, ImU32 color,
              float thickness) {
    const int steps = std::max(static_cast<int>(std::ceil(std::abs(turn) / 0.1)), 2);
    std::vector<ImVec2> line;
    line.reserve(static_cast<std::size_t>(steps) + 1);
    for (int i = 0; i <= steps; ++i) {
        line.push_back(on_dial(centre, radius, from + turn * i / steps));
    }
    list.AddPolyline(line.data(), static_cast<int>(line.size()), color, 0, thickness);
}

void draw_hand(ImDrawList& list, const Theme& theme, ImVec2 centre, float length, double angle,
               const Color& color, float thickness) {
    const ImVec2 tip = on_dial(centre, length, angle);
    list.AddLine(centre, tip, u32(theme.palette->panel.with_alpha(0.8F)), thickness + theme.px(2));
    list.AddLine(centre, tip, u32(color), thickness);
}

/// Where the finite values stand, from left to right.
std::vector<ImVec2> places(const Rect& area, std::span<const float> values, float largest) {
    const float middle = area.y + area.height / 2;
    const float unit = largest > 0 ? area.height / 2 / largest : 0;
    std::vector<ImVec2> result;
    result.reserve(values.size());
    for (std::size_t c = 0; c < values.size(); ++c) {
        if (std::isfinite(values[c])) {
            result.push_back({class_x(area, static_cast<int>(c), static_cast<int>(values.size())),
                              std::clamp(middle - unit * values[c], area.y, area.bottom())});
        }
    }
    return result;
}

} // namespace

Color hand_color_a(const Theme& theme) {
    return ring_color(0.40F, theme.kind);
}

Color hand_color_b(const Theme& theme) {
    return ring_color(0.94F, theme.kind);
}

void draw_dial(ImDrawList& list, const Theme& theme, const Rect& area, const ClockReading& clock,
               Operation operation, int order) {
    const Palette& palette = *theme.palette;
    const float half = std::max(std::min(area.width, area.height) / 2 - theme.px(1), 6.0F);
    const ImVec2 centre{std::floor(area.x + area.width / 2) + 0.5F,
                        std::floor(area.y + area.height / 2) + 0.5F};
    const float pointer = std::clamp(0.13F * half, theme.px(4), theme.px(9));
    const float rim = half - pointer;
    const Color face = mix(palette.panel, palette.raised, 0.55F);
    const auto ink = [&](const Color& color, float alpha) {
        return u32(mark_ink(color, alpha, face, palette));
    };
    list.AddCircleFilled(centre, rim, u32(face), 64);
    const bool strokes = kTurn * rim / order >= 2.6;
    for (int i = 0; i < order && strokes; ++i) {
        const double angle = kTurn * i / order;
        list.AddLine(on_dial(centre, 0.95F * rim, angle), on_dial(centre, rim, angle),
                     ink(palette.muted, 0.35F), 1);
    }
    list.AddCircle(centre, rim, ink(palette.muted, 0.6F), 64, theme.px(1));
    list.AddLine(centre, on_dial(centre, rim, 0), ink(palette.muted, 0.35F), 1);

    // Adding is turning: by a's angle from zero, then by b's from there; back where it is taken
    // away.
    const double turn_b = spec_of(operation).inverts_second ? -clock.angle_b : clock.angle_b;
    const Color a = hand_color_a(theme);
    const Color b = hand_color_b(theme);
    const float arc = theme.px(1.5F);
    draw_arc(list, centre, 0.30F * rim, 0, clock.angle_a, ink(a, 0.8F), arc);
    draw_arc(list, centre, 0.42F * rim, clock.angle_a, turn_b, ink(b, 0.8F), arc);

    const float thin = std::clamp(0.03F * rim, theme.px(1.4F), theme.px(2.6F));
    draw_hand(list, theme, centre, kHand * rim, clock.angle_a, a, thin);
    draw_hand(list, theme, centre, kHand * rim, clock.angle_b, b, thin);
    draw_hand(list, theme, centre, kAnswerHand * rim, clock.angle_answer, palette.accent,
              1.8F * thin);
    list.AddCircleFilled(centre, 1.6F * thin, u32(palette.text), 12);

    const float dot = std::clamp(0.05F * rim, theme.px(1.8F), theme.px(4));
    std::vector<Pixel> dots;
    const auto mark = [&](const ClockHand& hand, const Color& color) {
        if (hand.length <= 0) {
            return;
        }
        const float reach = kHand * rim * static_cast<float>(std::min(hand.length, 1.45));
        const ImVec2 at = on_dial(centre, reach, hand.angle);
        list.AddCircleFilled(at, dot + theme.px(1.2F), u32(palette.panel), 16);
        list.AddCircleFilled(at, dot, u32(color), 16);
        dots.push_back({at.x, at.y});
    };
    mark(clock.embedding_a, a);
    mark(clock.embedding_b, b);

    const ImVec2 tip = on_dial(centre, rim + theme.px(0.5F), clock.logits.angle);
    const ImVec2 foot = on_dial(centre, rim + pointer, clock.logits.angle);
    const ImVec2 along{(foot.x - tip.x) / pointer, (foot.y - tip.y) / pointer};
    const float wide = 0.62F * pointer;
    // Clockwise: ImGui smooths no other edges.
    list.AddTriangleFilled(tip, {foot.x + along.y * wide, foot.y - along.x * wide},
                           {foot.x - along.y * wide, foot.y + along.x * wide}, u32(palette.text));

    const float font = theme.small->FontSize;
    if (rim >= 2.4F * font) { // room for names at the hands
        const auto pixel = [](ImVec2 at) { return Pixel{at.x, at.y}; };
        Obstacles obstacles{std::move(dots), {}};
        for (const double angle : {clock.angle_a, clock.angle_b}) {
            obstacles.lines.push_back({pixel(centre), pixel(on_dial(centre, kHand * rim, angle))});
        }
        obstacles.lines.push_back(
            {pixel(centre), pixel(on_dial(centre, kAnswerHand * rim, clock.angle_answer))});
        const auto name = [&](double angle, const char* word, const Color& color) {
            std::vector<Pixel> places;
            for (const auto& [radius, turn] : kNamePlaces) {
                places.push_back(pixel(on_dial(centre, radius * rim, angle + turn)));
            }
            const Pixel at = freest(places, obstacles, 0.55F * font);
            put_outlined(list, theme, color, {at.x, at.y - font / 2}, Align::kCentre, word);
            obstacles.dots.push_back(at);
        };
        name(clock.angle_a, "a", a);
        name(clock.angle_b, "b", b);
    }
}

float class_x(const Rect& area, int c, int classes) {
    return area.x +
           (static_cast<float>(c) + 0.5F) * area.width / static_cast<float>(std::max(classes, 1));
}

void draw_class_curve(ImDrawList& list, const Theme& theme, const Rect& area,
                      const ClassCurve& curve, float largest) {
    const std::vector<ImVec2> line = places(area, curve.values, largest);
    list.AddPolyline(line.data(), static_cast<int>(line.size()), u32(curve.color), 0,
                     theme.px(curve.thickness));
}

void draw_class_sticks(ImDrawList& list, const Theme& theme, const Rect& area,
                       const ClassCurve& curve, float largest) {
    const float middle = area.y + area.height / 2;
    const auto classes = static_cast<float>(std::max<std::size_t>(curve.values.size(), 1));
    const float half = std::min(theme.px(curve.thickness) / 2, 0.35F * area.width / classes);
    for (const ImVec2& at : places(area, curve.values, largest)) {
        list.AddRectFilled({at.x - half, std::min(at.y, middle)},
                           {at.x + half, std::max(at.y, middle)}, u32(curve.color));
    }
}

void draw_class_dots(ImDrawList& list, const Theme& theme, const Rect& area,
                     const ClassCurve& curve, float largest) {
    const auto classes = static_cast<float>(std::max<std::size_t>(curve.values.size(), 1));
    const float half =
        std::clamp(0.42F * area.width / classes, theme.px(1), theme.px(curve.thickness) / 2);
    for (const ImVec2& at : places(area, curve.values, largest)) {
        list.AddCircleFilled(at, half, u32(curve.color), 10);
    }
}

void draw_class_mark(ImDrawList& list, const Theme& theme, const Rect& area, int c, int classes,
                     const Color& color) {
    const float x = std::floor(class_x(area, c, classes)) + 0.5F;
    list.AddLine({x, area.y}, {x, area.bottom()}, u32(color), theme.px(1));
}

} // namespace grokscope::ui
