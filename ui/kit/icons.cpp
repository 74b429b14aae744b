#include "ui/kit/icons.h"

#include "ui/core/dash.h"
#include "ui/kit/curve_sample.h"
#include "ui/kit/theme.h"

#include <array>
#include <cmath>
#include <numbers>

namespace grokscope::ui {

namespace {

/// Maps the unit square (-1..1) onto the icon's box.
struct Frame {
    ImVec2 center;
    float half;
    [[nodiscard]] ImVec2 at(float x, float y) const {
        return {center.x + x * half, center.y + y * half};
    }
};

/// Points to `x1`; `y` has the sign of `x1 - x0`, so that the corners go round clockwise: ImGui
/// smooths the edges of no other fill.
void triangle(ImDrawList& list, const Frame& f, float x0, float x1, float y, ImU32 color) {
    list.AddTriangleFilled(f.at(x0, -y), f.at(x1, 0), f.at(x0, y), color);
}

void draw_eye(ImDrawList& list, const Frame& f, float stroke, ImU32 color, bool closed) {
    list.PathLineTo(f.at(-1, 0));
    list.PathBezierQuadraticCurveTo(f.at(0, -1.15F), f.at(1, 0));
    list.PathBezierQuadraticCurveTo(f.at(0, 1.15F), f.at(-1, 0));
    list.PathStroke(color, ImDrawFlags_None, stroke);
    if (closed) {
        list.AddLine(f.at(-0.85F, 0.85F), f.at(0.85F, -0.85F), color, stroke);
    } else {
        list.AddCircleFilled(f.center, f.half * 0.3F, color);
    }
}

/// A drawing pin, point downwards: its outline, or filled.
void draw_pin(ImDrawList& list, const Frame& f, float stroke, ImU32 color, bool filled) {
    const std::array body{f.at(-0.4F, -0.8F), f.at(0.4F, -0.8F),   f.at(0.4F, -0.15F),
                          f.at(0.75F, 0.25F), f.at(-0.75F, 0.25F), f.at(-0.4F, -0.15F)};
    if (filled) {
        for (const ImVec2& point : body) {
            list.PathLineTo(point);
        }
        list.PathFillConcave(color);
    } else {
        list.AddPolyline(body.data(), static_cast<int>(body.size()), color, ImDrawFlags_Closed,
                         stroke);
    }
    list.AddLine(f.at(-0.6F, -0.85F), f.at(0.6F, -0.85F), color, stroke);
    list.AddLine(f.at(0, 0.25F), f.at(0, 1), color, stroke);
}

void draw_sun(ImDrawList& list, const Frame& f, float stroke, ImU32 color) {
    list.AddCircleFilled(f.center, f.half * 0.42F, color);
    for (int ray = 0; ray < 8; ++ray) {
        const float angle = static_cast<float>(ray) * std::numbers::pi_v<float> / 4;
        const float x = std::cos(angle);
        const float y = std::sin(angle);
        list.AddLine(f.at(x * 0.66F, y * 0.66F), f.at(x, y), color, stroke);
    }
}

/// A disc less a smaller disc to its upper right.
void draw_moon(ImDrawList& list, const Frame& f, ImU32 color) {
    // The discs meet where the angle at the large one's centre is +-0.854 from the direction of the
    // small one, and +-1.324 at the small one's.
    const float towards = -0.75F;
    const float pi = std::numbers::pi_v<float>;
    list.PathArcTo(f.center, f.half * 0.9F, towards + 0.854F, towards + 2 * pi - 0.854F, 28);
    const ImVec2 cut = f.at(0.42F * std::cos(towards), 0.42F * std::sin(towards));
    // Its ends are the horns, which the large disc has drawn: points twice upset the filling.
    const float next = 0.1F;
    list.PathArcTo(cut, f.half * 0.7F, towards - 1.324F - next, towards - 2 * pi + 1.324F + next,
                   20);
    list.PathFillConcave(color);
}

} // namespace

void draw_icon(ImDrawList& list, Icon icon, ImVec2 center, float size, ImU32 color) {
    const Frame f{{std::round(center.x), std::round(center.y)}, size / 2};
    const float stroke = std::max(1.2F, size * 0.11F);
    const auto stroke_through = [&](std::initializer_list<ImVec2> points) {
        list.AddPolyline(points.begin(), static_cast<int>(points.size()), color, ImDrawFlags_None,
                         stroke);
    };
    switch (icon) {
    case Icon::kNone:
        return;
    case Icon::kPlay:
        triangle(list, f, -0.7F, 0.95F, 0.95F, color);
        return;
    case Icon::kPause:
        list.AddRectFilled(f.at(-0.75F, -0.85F), f.at(-0.2F, 0.85F), color, size * 0.06F);
        list.AddRectFilled(f.at(0.2F, -0.85F), f.at(0.75F, 0.85F), color, size * 0.06F);
        return;
    case Icon::kStep:
    case Icon::kForth:
        triangle(list, f, -0.7F, 0.45F, 0.8F, color);
        list.AddRectFilled(f.at(0.5F, -0.8F), f.at(0.8F, 0.8F), color);
        return;
    case Icon::kBack:
        triangle(list, f, 0.7F, -0.45F, -0.8F, color);
        list.AddRectFilled(f.at(-0.8F, -0.8F), f.at(-0.5F, 0.8F), color);
        return;
    case Icon::kNextEvent:
        triangle(list, f, -0.95F, 0.05F, 0.75F, color);
        triangle(list, f, 0.0F, 1.0F, 0.75F, color);
        return;
    case Icon::kPreviousEvent:
        triangle(list, f, 0.95F, -0.05F, -0.75F, color);
        triangle(list, f, 0.0F, -1.0F, -0.75F, color);
        return;
    case Icon::kReset:
        list.PathArcTo(f.center, f.half * 0.78F, -0.9F, 4.2F, 24);
        list.PathStroke(color, ImDrawFlags_None, stroke);
        list.AddTriangleFilled(f.at(0.05F, -0.95F), f.at(0.95F, -0.95F), f.at(0.75F, -0.1F), color);
        return;
    case Icon::kDice:
        list.AddRect(f.at(-0.9F, -0.9F), f.at(0.9F, 0.9F), color, size * 0.2F, 0, stroke);
        for (const float offset : {-0.42F, 0.0F, 0.42F}) {
            list.AddCircleFilled(f.at(offset, offset), size * 0.085F, color);
        }
        return;
    case Icon::kEye:
    case Icon::kEyeClosed:
        draw_eye(list, f, stroke, color, icon == Icon::kEyeClosed);
        return;
    case Icon::kPin:
    case Icon::kPinned:
        draw_pin(list, f, stroke, color, icon == Icon::kPinned);
        return;
    case Icon::kClose:
        list.AddLine(f.at(-0.7F, -0.7F), f.at(0.7F, 0.7F), color, stroke);
        list.AddLine(f.at(-0.7F, 0.7F), f.at(0.7F, -0.7F), color, stroke);
        return;
    case Icon::kCheck: {
        const std::array points{f.at(-0.85F, 0.05F), f.at(-0.25F, 0.65F), f.at(0.9F, -0.65F)};
        list.AddPolyline(points.data(), 3, color, ImDrawFlags_None, stroke * 1.2F);
        return;
    }
    case Icon::kPlus:
        list.AddLine(f.at(-0.8F, 0), f.at(0.8F, 0), color, stroke);
        list.AddLine(f.at(0, -0.8F), f.at(0, 0.8F), color, stroke);
        return;
    case Icon::kBranch:
        list.AddLine(f.at(-0.55F, -0.9F), f.at(-0.55F, 0.9F), color, stroke);
        list.AddBezierQuadratic(f.at(-0.55F, 0.55F), f.at(0.6F, 0.45F), f.at(0.6F, -0.35F), color,
                                stroke);
        list.AddTriangleFilled(f.at(0.2F, -0.3F), f.at(0.6F, -0.95F), f.at(1.0F, -0.3F), color);
        return;
    case Icon::kSun:
        draw_sun(list, f, stroke, color);
        return;
    case Icon::kMoon:
        draw_moon(list, f, color);
        return;
    case Icon::kInfo:
        list.AddCircle(center, size * 0.52F, color, 0, stroke * 0.8F);
        list.AddCircleFilled(f.at(0, -0.45F), size * 0.075F, color);
        list.AddLine(f.at(0, -0.1F), f.at(0, 0.55F), color, stroke);
        return;
    case Icon::kMore:
        for (const float offset : {-0.65F, 0.0F, 0.65F}) {
            list.AddCircleFilled(f.at(offset, 0), size * 0.1F, color);
        }
        return;
    case Icon::kSort: // bars from long to short, or from short to long
    case Icon::kSortReversed:
        for (const float row : {-1.0F, 0.0F, 1.0F}) {
            const float length =
                icon == Icon::kSort ? 1 - 0.5F * (row + 1) / 1.2F : 1 - 0.5F * (1 - row) / 1.2F;
            list.AddLine(f.at(-0.9F, 0.65F * row), f.at(-0.9F + 1.8F * length, 0.65F * row), color,
                         stroke);
        }
        return;
    case Icon::kSearch:
        list.AddCircle(f.at(-0.2F, -0.2F), f.half * 0.62F, color, 0, stroke);
        list.AddLine(f.at(0.27F, 0.27F), f.at(0.95F, 0.95F), color, stroke * 1.3F);
        return;
    case Icon::kExport: // out of a tray
        list.AddLine(f.at(0, -0.9F), f.at(0, 0.35F), color, stroke);
        list.AddTriangleFilled(f.at(-0.5F, -0.4F), f.at(0, -1), f.at(0.5F, -0.4F), color);
        stroke_through({f.at(-0.9F, 0.2F), f.at(-0.9F, 0.9F), f.at(0.9F, 0.9F), f.at(0.9F, 0.2F)});
        return;
    case Icon::kFolder:
        stroke_through({f.at(-1, 0.8F), f.at(-1, -0.75F), f.at(-0.3F, -0.75F), f.at(0, -0.4F),
                        f.at(1, -0.4F), f.at(1, 0.8F), f.at(-1.05F, 0.8F)});
        return;
    case Icon::kSeeds: // values of three variants
        for (const float column : {-0.75F, 0.0F, 0.75F}) {
            for (const float row : {-0.8F, 0.0F, 0.8F}) {
                list.AddCircleFilled(f.at(column, row * (0.55F + 0.45F * column * column)),
                                     size * 0.1F, color);
            }
        }
        return;
    case Icon::kFlask: // half full
        list.AddTriangleFilled(f.at(-0.5F, 0.25F), f.at(0.5F, 0.25F), f.at(0.72F, 0.75F), color);
        list.AddTriangleFilled(f.at(-0.5F, 0.25F), f.at(0.72F, 0.75F), f.at(-0.72F, 0.75F), color);
        stroke_through({f.at(-0.3F, -0.95F), f.at(-0.3F, -0.3F), f.at(-0.9F, 0.9F),
                        f.at(0.9F, 0.9F), f.at(0.3F, -0.3F), f.at(0.3F, -0.95F)});
        list.AddLine(f.at(-0.5F, -0.95F), f.at(0.5F, -0.95F), color, stroke);
        return;
    case Icon::kNote: // a pencil
        stroke_through({f.at(-0.9F, 0.9F), f.at(-0.75F, 0.25F), f.at(0.45F, -0.95F),
                        f.at(0.95F, -0.45F), f.at(-0.25F, 0.75F), f.at(-0.95F, 0.92F)});
        return;
    case Icon::kPanes:
        list.AddRect(f.at(-1, -0.85F), f.at(1, 0.85F), color, size * 0.1F, 0, stroke);
        list.AddLine(f.at(-0.35F, -0.85F), f.at(-0.35F, 0.85F), color, stroke);
        list.AddLine(f.at(-0.35F, 0), f.at(1, 0), color, stroke);
        return;
    case Icon::kChart: // a curve over its axes
        stroke_through({f.at(-0.9F, -0.9F), f.at(-0.9F, 0.85F), f.at(0.95F, 0.85F)});
        stroke_through(
            {f.at(-0.5F, 0.4F), f.at(-0.1F, -0.1F), f.at(0.25F, 0.15F), f.at(0.85F, -0.7F)});
        return;
    case Icon::kBox:
    case Icon::kBoxTicked:
        list.AddRect(f.at(-0.85F, -0.85F), f.at(0.85F, 0.85F), color, size * 0.16F, 0,
                     stroke * 0.8F);
        if (icon == Icon::kBoxTicked) {
            stroke_through({f.at(-0.5F, 0), f.at(-0.12F, 0.4F), f.at(0.55F, -0.45F)});
        }
        return;
    case Icon::kPresent: // a screen on its stand
        list.AddRect(f.at(-1, -0.85F), f.at(1, 0.4F), color, size * 0.12F, 0, stroke);
        list.AddLine(f.at(0, 0.4F), f.at(0, 0.9F), color, stroke);
        list.AddLine(f.at(-0.55F, 0.9F), f.at(0.55F, 0.9F), color, stroke);
        return;
    }
}

void draw_marker(ImDrawList& list, MarkerShape shape, ImVec2 center, float size, ImU32 color,
                 ImU32 fill, bool cased) {
    if (cased) { // under the marker, a little larger on every side
        color = u32(kCasing);
        fill = color;
        size *= 1.18F;
    }
    const Frame f{center, size / 2};
    const float stroke = std::max(1.5F, size * 0.2F) * (cased ? 1.7F : 1);
    const auto outlined = [&](std::initializer_list<ImVec2> corners) {
        list.AddConvexPolyFilled(corners.begin(), static_cast<int>(corners.size()), fill);
        list.AddPolyline(corners.begin(), static_cast<int>(corners.size()), color,
                         ImDrawFlags_Closed, stroke);
    };
    switch (shape) {
    case MarkerShape::kNone:
        return;
    case MarkerShape::kCircle:
        list.AddCircleFilled(center, f.half, fill);
        list.AddCircle(center, f.half * 0.92F, color, 0, stroke);
        return;
    case MarkerShape::kSquare:
        outlined(
            {f.at(-0.85F, -0.85F), f.at(0.85F, -0.85F), f.at(0.85F, 0.85F), f.at(-0.85F, 0.85F)});
        return;
    case MarkerShape::kTriangleUp:
        outlined({f.at(0, -1), f.at(0.95F, 0.75F), f.at(-0.95F, 0.75F)});
        return;
    case MarkerShape::kTriangleDown:
        outlined({f.at(0, 1), f.at(-0.95F, -0.75F), f.at(0.95F, -0.75F)});
        return;
    case MarkerShape::kDiamond:
        outlined({f.at(0, -1.1F), f.at(1.1F, 0), f.at(0, 1.1F), f.at(-1.1F, 0)});
        return;
    case MarkerShape::kPlus:
        list.AddLine(f.at(-1.1F, 0), f.at(1.1F, 0), color, stroke * 1.3F);
        list.AddLine(f.at(0, -1.1F), f.at(0, 1.1F), color, stroke * 1.3F);
        return;
    case MarkerShape::kCross:
        list.AddLine(f.at(-0.85F, -0.85F), f.at(0.85F, 0.85F), color, stroke * 1.3F);
        list.AddLine(f.at(-0.85F, 0.85F), f.at(0.85F, -0.85F), color, stroke * 1.3F);
        return;
    }
}

void draw_small_curve(ImDrawList& list, std::span<const ImVec2> points, const CurveStyle& style,
                      float scale) {
    const auto line = [&](const Color& ink, float thickness) {
        list.AddPolyline(points.data(), static_cast<int>(points.size()), u32(ink), ImDrawFlags_None,
                         thickness * scale);
    };
    if (style.casing) {
        line(kCasing, 3.4F);
    }
    line(style.color, 1.8F);
}

void draw_sample(ImDrawList& list, const CurveStyle& style, ImVec2 from, float width,
                 float thickness, float scale, const Color& background) {
    const std::array line{Pixel{from.x, from.y}, Pixel{from.x + width, from.y}};
    std::array<float, 8> pattern{};
    for (std::size_t i = 0; i < style.dashes.size(); ++i) {
        pattern[i] = style.dashes[i] * scale;
    }
    Strokes strokes;
    append_dashes(line, std::span(pattern).first(style.dashes.size()), from.x, strokes);
    const ImVec2 center{std::round(from.x + width / 2), from.y};
    const auto stroke_all = [&](const Color& ink, float thick) {
        for (std::size_t i = 0; i < strokes.starts.size(); ++i) {
            const auto stroke = strokes.stroke(i);
            list.AddLine({stroke.front().x, stroke.front().y}, {stroke.back().x, stroke.back().y},
                         u32(ink), thick);
        }
    };
    if (style.casing) { // as around the curve itself
        stroke_all(kCasing, thickness + 2 * scale);
        draw_marker(list, style.marker, center, 8 * scale, u32(style.color), u32(background), true);
    }
    stroke_all(style.color, thickness);
    draw_marker(list, style.marker, center, 8 * scale, u32(style.color), u32(background));
}

void draw_chip(ImDrawList& list, const CurveStyle& style, ImVec2 at, ImVec2 size, float scale,
               const Color& background, bool pale) {
    CurveStyle shown = style;
    if (pale) {
        shown.color = mix(background, style.color, 0.35F);
        shown.casing = false;
    }
    draw_sample(list, shown, {at.x, std::round(at.y + size.y / 2)}, size.x,
                std::max(2.0F, 2.5F * scale), scale, background);
}

} // namespace grokscope::ui
