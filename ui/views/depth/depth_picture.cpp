#include "ui/views/depth/depth_picture.h"

#include "ui/core/dash.h"
#include "ui/core/palette.h"
#include "ui/core/text.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/views/ablation/ablation.h"
#include "ui/views/depth/depth_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

// At 100 %.
constexpr float kTallestRow = 54;
constexpr float kScaleBar = 12; ///< of the colours' scale
constexpr float kMarker = 8;

constexpr std::array<double, 3> kShareLines{0, 0.5, 1};

/// Numbers under an axis of layers, as many as have room.
void number_layers(const PanelInput& input, ImDrawList& list, const LayerAxis& axis, float y) {
    const Theme& theme = input.theme;
    const float room = text_size(theme.small, std::to_string(axis.layers)).x + theme.px(8);
    int step = 1;
    for (const int wider : {1, 2, 5, 10, 20}) {
        step = wider;
        if (axis.column * static_cast<float>(wider) >= room) {
            break;
        }
    }
    for (int layer = 0; layer < axis.layers; layer += step) {
        put_text(list, theme.small, theme.palette->muted, {axis.middle(layer), y}, Align::kCentre,
                 std::to_string(layer));
    }
    put_text(list, theme.small, theme.palette->muted, {axis.left - theme.px(8), y}, Align::kRight,
             text::kDepthLayerAxis);
}

/// What colours mean: from the largest modulus of the run below 0 to the same above.
void draw_scale(const PanelInput& input, ImDrawList& list, const Rect& cells, double most) {
    const Theme& theme = input.theme;
    const float line = theme.small->FontSize;
    const float x = cells.right() + theme.px(12);
    const float height = std::max(cells.height, 3.2F * line);
    constexpr int kSteps = 32;
    const float step = height / kSteps;
    for (int i = 0; i < kSteps; ++i) {
        const float value = 1 - 2 * (static_cast<float>(i) + 0.5F) / kSteps;
        const float top = cells.y + step * static_cast<float>(i);
        list.AddRectFilled({x, top}, {x + theme.px(kScaleBar), top + step},
                           u32(diverging_color(value, theme.kind)));
    }
    list.AddRect({x, cells.y}, {x + theme.px(kScaleBar), cells.y + height},
                 u32(theme.palette->line));
    const float words = x + theme.px(kScaleBar + 5);
    draw_text(list, theme.small, {words, cells.y}, theme.palette->muted,
              signed_logits(most) + " " + text::kDepthLogits);
    draw_text(list, theme.small, {words, cells.y + (height - line) / 2}, theme.palette->muted, "0");
    draw_text(list, theme.small, {words, cells.y + height - line}, theme.palette->muted,
              signed_logits(-most));
}

/// What stands in a cell: its score, and what takes its place while it is ablated.
void fill_cell(const PanelInput& input, ImDrawList& list, const Rect& cell, double value,
               double share, Replacement replacement) {
    const Theme& theme = input.theme;
    const Color ground = diverging_color(static_cast<float>(share), theme.kind);
    list.AddRectFilled({cell.x, cell.y}, {cell.right(), cell.bottom()}, u32(ground));
    const Color ink = ink_on(ground);
    const float line = theme.small->FontSize;
    const auto fits = [&](const std::string& words, float lines) {
        return text_size(theme.small, words).x + theme.px(4) <= cell.width &&
               lines * line + theme.px(2) <= cell.height;
    };
    const std::string number = signed_logits(value);
    std::string word = text::replaced(replacement);
    word.erase(0, word.find_first_not_of(' ') == std::string::npos ? word.size() : 1);
    const float x = cell.x + cell.width / 2;
    const float y = cell.y + cell.height / 2;
    if (!word.empty() && fits(number, 2) && fits(word, 2)) {
        put_text(list, theme.small, ink, {x, y - line}, Align::kCentre, number);
        put_text(list, theme.small, ink, {x, y}, Align::kCentre, word);
    } else if (!word.empty() && fits(word, 1)) {
        put_text(list, theme.small, ink, {x, y - line / 2}, Align::kCentre, word);
    } else if (fits(number, 1)) {
        put_text(list, theme.small, ink, {x, y - line / 2}, Align::kCentre, number);
    } else {
        mark_negative(input, list, cell, share, ground);
    }
}

void outline(ImDrawList& list, const Rect& cell, const Color& ink, float thickness) {
    const float in = thickness / 2;
    list.AddRect({cell.x + in, cell.y + in}, {cell.right() - in, cell.bottom() - in}, u32(ink), 0,
                 0, thickness);
}

/// Within a cell that has room for it, else around it.
void mark_ablated(const PanelInput& input, ImDrawList& list, const Rect& cell) {
    const Theme& theme = input.theme;
    const float thick = theme.px(2);
    if (std::min(cell.width, cell.height) >= theme.px(24)) {
        outline(list, cell, theme.palette->panel, 2 * thick);
        outline(list, cell, theme.palette->text, thick);
    } else {
        outline(list,
                {cell.x - thick, cell.y - thick, cell.width + 2 * thick, cell.height + 2 * thick},
                theme.palette->text, thick);
    }
}

/// How the curve of that kind is drawn: dash, marker and colour of its own.
CurveStyle style_of(SkipCurve::Kind kind, const Palette& palette) {
    switch (kind) {
    case SkipCurve::Kind::kFirst:
        return {palette.muted, dashes_of({2, MarkerShape::kNone}), MarkerShape::kSquare, false};
    case SkipCurve::Kind::kMemorised:
        return {palette.wrong, dashes_of({1, MarkerShape::kNone}), MarkerShape::kTriangleUp, false};
    case SkipCurve::Kind::kNow:
        break;
    }
    return {palette.accent, {}, MarkerShape::kCircle, false};
}

void stroke(ImDrawList& list, std::span<const Pixel> line, const CurveStyle& style, float thickness,
            float scale) {
    std::vector<float> pattern(style.dashes.begin(), style.dashes.end());
    const float stretch = dash_stretch(thickness, scale) * scale;
    for (float& length : pattern) {
        length *= stretch;
    }
    Strokes strokes;
    append_dashes(line, pattern, line.front().x, strokes);
    for (std::size_t i = 0; i < strokes.starts.size(); ++i) {
        std::vector<ImVec2> points;
        for (const Pixel& point : strokes.stroke(i)) {
            points.emplace_back(point.x, point.y);
        }
        list.AddPolyline(points.data(), static_cast<int>(points.size()), u32(style.color), 0,
                         thickness);
    }
}

/// Names of the curves with what they are without anything skipped, beside the ends of their level
/// lines, none over another.
void name_curves(const PanelInput& input, ImDrawList& list, const PlotFrame& frame,
                 const Depth& depth, std::span<const SkipCurve> curves) {
    const Theme& theme = input.theme;
    const float line = theme.small->FontSize;
    std::vector<float> wanted;
    for (const SkipCurve& curve : curves) {
        const double intact = depth.skipped[curve.reading].intact;
        wanted.push_back(frame.y_of(std::isfinite(intact) ? intact : 0));
    }
    const std::vector<float> centers =
        spread_labels(wanted, 2 * line + theme.px(2), frame.area.y - line,
                      frame.area.bottom() + line + theme.px(4));
    const float left = frame.area.right();
    const float words = left + theme.px(26);
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const CurveStyle style = style_of(curves[i].kind, *theme.palette);
        list.AddLine({left, wanted[i]}, {left + theme.px(8), wanted[i]}, u32(style.color),
                     theme.px(2));
        list.AddLine({left + theme.px(8), wanted[i]}, {left + theme.px(14), centers[i]},
                     u32(style.color), theme.px(1));
        draw_marker(list, style.marker, {left + theme.px(18), centers[i]}, theme.px(kMarker),
                    u32(style.color), u32(style.color));
        const float room = theme.px(3) + depth_names_right(theme) - theme.px(26);
        draw_text(list, theme.small, {words, centers[i] - line}, theme.palette->text,
                  fitted(theme.small, curves[i].name, room));
        draw_text(list, theme.small, {words, centers[i]}, theme.palette->muted,
                  text::kDepthIntact + text::percent(depth.skipped[curves[i].reading].intact));
    }
}

} // namespace

double depth_share(const Depth& depth, HeadScore score, double value) {
    const double most = depth.largest_of(score);
    return most > 0 ? std::clamp(value / most, -1.0, 1.0) : 0;
}

void mark_negative(const PanelInput& input, ImDrawList& list, const Rect& cell, double share,
                   const Color& ground) {
    constexpr double kHardly = 0.1;
    const float least = input.theme.px(5);
    if (share >= -kHardly || cell.width < least || cell.height < least) {
        return;
    }
    const float half = std::min(cell.width * 0.25F, input.theme.px(4));
    const float x = std::round(cell.x + cell.width / 2);
    const float y = std::round(cell.y + cell.height / 2);
    const float thick = std::max(std::round(input.theme.px(1)), 1.0F);
    list.AddRectFilled({x - half, y}, {x + half, y + thick}, u32(ink_on(ground)));
}

void put_depth_title(const PanelInput& input, ImDrawList& list, const Rect& area,
                     const std::string& words) {
    draw_text(list, input.theme.small, {area.x, area.y}, input.theme.palette->muted,
              fitted(input.theme.small, words, area.width));
}

float depth_title_height(const Theme& theme) {
    return theme.small->FontSize + theme.px(5);
}

int LayerAxis::at(float x) const {
    return std::clamp(static_cast<int>(std::floor((x - left) / column)), 0, layers - 1);
}

float depth_names_left(const Theme& theme) {
    return std::max({text_size(theme.small, "100 %").x, text_size(theme.small, "head 8").x,
                     text_size(theme.small, text::kDepthLayerAxis).x}) +
           theme.px(8);
}

float depth_names_right(const Theme& theme) {
    return text_size(theme.small, "first reading, epoch 8,888").x + theme.px(30);
}

Rect head_cells(const Theme& theme, const Rect& area, const LayerAxis& axis, int heads) {
    const float top = area.y + depth_title_height(theme);
    const float room = area.bottom() - top - theme.small->FontSize - theme.px(4);
    const float row = std::min(room / static_cast<float>(heads), theme.px(kTallestRow));
    return {axis.left, top, axis.right() - axis.left, row * static_cast<float>(heads)};
}

float tallest_head_map(const Theme& theme, int heads) {
    return depth_title_height(theme) + theme.px(kTallestRow) * static_cast<float>(heads) +
           theme.small->FontSize + theme.px(4);
}

std::optional<DepthHover> draw_head_map(const PanelInput& input, const Rect& area,
                                        const LayerAxis& axis, const Depth& depth,
                                        std::size_t reading, const Ablation& ablation,
                                        const std::optional<ImVec2>& mouse) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const HeadScore score = input.view.depth.score;
    const HeadReading& read = depth.mediated[reading];
    put_depth_title(input, list, area,
                    std::string(text::kDepthScoreNames[static_cast<std::size_t>(score)]) +
                        text::kDepthReadAt + text::grouped(read.epoch));
    const Rect cells = head_cells(theme, area, axis, depth.heads);
    const float row = cells.height / static_cast<float>(depth.heads);
    const float gap = axis.column >= theme.px(8) && row >= theme.px(8) ? theme.px(1) : 0;
    const auto cell_of = [&](const HeadPlace& place) {
        return Rect{axis.left + axis.column * static_cast<float>(place.layer),
                    cells.bottom() - row * static_cast<float>(place.head + 1), axis.column - gap,
                    row - gap};
    };
    std::optional<DepthHover> hover;
    if (mouse && cells.contains(mouse->x, mouse->y)) {
        const int head = static_cast<int>((cells.bottom() - mouse->y) / row);
        hover = DepthHover{
            HeadPlace{axis.at(mouse->x), std::clamp(head, 0, depth.heads - 1)}, reading, {}};
    }
    const std::vector<double>& values = read.of(score);
    for (int layer = 0; layer < depth.layers; ++layer) {
        for (int head = 0; head < depth.heads; ++head) {
            const HeadPlace place{layer, head};
            const Rect cell = cell_of(place);
            const std::size_t index = depth.index_of(place);
            const double value =
                index < values.size() ? values[index] : std::numeric_limits<double>::quiet_NaN();
            const bool here = ablation.layer == layer;
            fill_cell(input, list, cell, value,
                      std::isfinite(value) ? depth_share(depth, score, value) : 0,
                      here ? replacement_of(ablation, head) : Replacement::kNone);
        }
    }
    list.AddRect({cells.x - 1, cells.y - 1}, {cells.right(), cells.bottom()}, u32(palette.line));
    for (int head = 0; head < depth.heads; ++head) {
        const HeadPlace place{ablation.layer, head};
        if (place.layer < depth.layers && replacement_of(ablation, head) != Replacement::kNone) {
            mark_ablated(input, list, cell_of(place));
        }
    }
    if (hover) {
        outline(list, cell_of(*hover->head), palette.text, theme.px(1.5F));
    }
    const float line = theme.small->FontSize;
    const auto step = std::max(1, static_cast<int>(std::ceil(line / row)));
    for (int head = 0; head < depth.heads; head += step) {
        const bool named = head == 0;
        put_text(list, theme.small, palette.muted,
                 {axis.left - theme.px(6),
                  cells.bottom() - row * (static_cast<float>(head) + 0.5F) - line / 2},
                 Align::kRight,
                 (named ? std::string(text::kDepthHead) : std::string()) + std::to_string(head));
    }
    number_layers(input, list, axis, cells.bottom() + theme.px(3));
    draw_scale(input, list, cells, depth.largest_of(score));
    return hover;
}

std::optional<int> draw_skip_curves(const PanelInput& input, const Rect& area,
                                    const LayerAxis& axis, const Depth& depth,
                                    std::span<const SkipCurve> curves,
                                    const std::optional<ImVec2>& mouse) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const SkipPart part = input.view.depth.part;
    const float line = theme.small->FontSize;
    const char* const what = text::kDepthPartNames[static_cast<std::size_t>(part)];
    put_depth_title(input, list, area,
                    depth.window > 1 ? text::kDepthSkipMany + std::to_string(depth.window) +
                                           text::kDepthSkipRow + what
                                     : std::string(text::kDepthSkipOne) + what);
    PlotFrame frame;
    const float top = area.y + depth_title_height(theme) + line / 2;
    frame.area = {axis.left, top, axis.right() - axis.left,
                  area.bottom() - top - line - theme.px(8)};
    frame.x_min = -0.5;
    frame.x_max = depth.layers - 0.5;
    const Rect& plot = frame.area;
    std::optional<int> under;
    if (mouse && plot.contains(mouse->x, mouse->y)) {
        const int window = axis.at(mouse->x);
        under = window <= depth.layers - depth.window ? std::optional(window) : std::nullopt;
    }
    if (under) {
        list.AddRectFilled({axis.middle(*under) - axis.column / 2, plot.y},
                           {axis.middle(*under) + axis.column / 2, plot.bottom()},
                           u32(palette.hovered));
    }
    for (const double value : kShareLines) {
        const float y = std::round(frame.y_of(value));
        list.AddLine({plot.x, y}, {plot.right(), y}, u32(palette.grid));
        put_text(list, theme.small, palette.muted, {plot.x - theme.px(6), y - line / 2},
                 Align::kRight, text::grouped(std::llround(100 * value)) + " %");
    }
    list.AddRect({plot.x, plot.y}, {plot.right(), plot.bottom()}, u32(palette.line));
    number_layers(input, list, axis, plot.bottom() + theme.px(6));
    constexpr std::array<float, 2> kLevel{2, 4};
    for (const SkipCurve& curve : curves) {
        const SkipReading& read = depth.skipped[curve.reading];
        const CurveStyle style = style_of(curve.kind, palette);
        std::vector<Pixel> points;
        const std::vector<double>& values = read.of(part);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (std::isfinite(values[i])) {
                points.push_back({axis.middle(static_cast<int>(i)), frame.y_of(values[i])});
            }
        }
        if (std::isfinite(read.intact)) {
            const float y = frame.y_of(read.intact);
            const std::array level{Pixel{plot.x, y}, Pixel{plot.right(), y}};
            CurveStyle thin = style;
            thin.dashes = kLevel;
            stroke(list, level, thin, theme.px(1), theme.px(1));
        }
        if (points.empty()) {
            continue;
        }
        const float thick = theme.px(curve.kind == SkipCurve::Kind::kNow ? 2.5F : 1.8F);
        stroke(list, points, style, thick, theme.px(1));
        const float side = std::min(theme.px(kMarker), std::max(axis.column * 0.6F, theme.px(4)));
        for (const Pixel& point : points) {
            draw_marker(list, style.marker, {point.x, point.y}, side, u32(style.color),
                        u32(style.color));
        }
    }
    name_curves(input, list, frame, depth, curves);
    return under;
}

} // namespace grokscope::ui
