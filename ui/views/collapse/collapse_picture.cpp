#include "ui/views/collapse/collapse_picture.h"

#include "ui/core/curve_shape.h"
#include "ui/core/plot_axes.h"
#include "ui/core/series.h"
#include "ui/core/text.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/widgets.h"
#include "ui/views/collapse/collapse_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// Shown of the scale; curves that leave it stand at its edge.
constexpr double kLowest = -0.35;
constexpr double kHighest = 1.35;
constexpr std::array<double, 3> kLines{0, 0.5, 1};
constexpr int kDashes = 7;
constexpr int kMarkers = 7;
/// Neighbours in the list lie far apart on the ring of colours.
constexpr std::size_t kHues = kCondensed.size() - 1;
constexpr std::size_t kHueStep = 4;
static_assert(std::gcd(kHues, kHueStep) == 1, "else two figures have one colour");

/// From a little before memorising on.
double first_epoch(const Condensation& run, double last) {
    const double memorised = run.memorised.value_or(0);
    return std::max(memorised - 0.06 * (last - memorised), 0.0);
}

double last_epoch(const Condensation& run) {
    double last = run.grokked.value_or(run.memorised.value_or(0)) + 1;
    for (const CondensedFigure& figure : run.figures) {
        last = std::max(last, static_cast<double>(figure.curve.epochs.back()));
    }
    return last;
}

Series scaled_curve(const CondensedFigure& figure) {
    Series series;
    for (std::size_t i = 0; i < figure.curve.epochs.size(); ++i) {
        series.append(figure.curve.epochs[i],
                      std::clamp(figure.scaled(figure.curve.values[i]), kLowest, kHighest));
    }
    return series;
}

} // namespace

CurveStyle condensed_style(std::size_t spec, ThemeKind theme) {
    const auto place = static_cast<int>(spec);
    CurveShape shape;
    // Dash and marker together are nobody else's, also where there are more figures than either.
    shape.dash = static_cast<std::uint8_t>((place + place / kMarkers * 2) % kDashes);
    shape.marker = static_cast<MarkerShape>(1 + place % kMarkers);
    CurveStyle style;
    style.color = spec == 0 ? palette_of(theme).text
                            : ring_color(static_cast<float>((spec - 1) * kHueStep % kHues) /
                                             static_cast<float>(kHues),
                                         theme);
    style.dashes = spec == 0 ? std::span<const float>() : dashes_of(shape);
    style.marker = spec == 0 ? MarkerShape::kNone : shape.marker;
    style.casing = needs_casing(style.color, theme);
    return style;
}

void draw_condensation(const PanelInput& input, const Rect& area, const Condensation& run,
                       std::int32_t cursor) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float line = theme.small->FontSize;
    const float left = text_size(theme.small, "0.5").x + theme.px(8);
    const float top = 2 * line + theme.px(8);
    PlotFrame frame;
    frame.area = {area.x + left, area.y + top, area.width - left - theme.px(6),
                  area.height - top - 2 * line - theme.px(10)};
    frame.x_max = last_epoch(run);
    frame.x_min = first_epoch(run, frame.x_max);
    frame.y_min = kLowest;
    frame.y_max = kHighest;
    const Rect& plot = frame.area;

    draw_text(list, theme.small, {plot.x, area.y}, palette.muted, text::kCollapseScale);
    for (const double value : kLines) {
        const float y = std::round(frame.y_of(value));
        list.AddLine({plot.x, y}, {plot.right(), y}, u32(palette.line), theme.px(1));
        const std::string name = text::value(value, 2);
        draw_text(list, theme.small,
                  {plot.x - theme.px(6) - text_size(theme.small, name).x, y - line / 2},
                  palette.muted, name);
    }
    list.AddRect({plot.x, plot.y}, {plot.right(), plot.bottom()}, u32(palette.line));
    const float widest = text_size(theme.small, text::grouped(std::llround(frame.x_max))).x;
    for (const double tick :
         epoch_ticks(frame.x_min, frame.x_max, plot.width, widest + theme.px(24))) {
        const float x = std::round(frame.x_of(tick));
        list.AddLine({x, plot.bottom()}, {x, plot.bottom() + theme.px(4)}, u32(palette.muted));
        const std::string name = text::grouped(std::llround(tick));
        const float width = text_size(theme.small, name).x;
        draw_text(
            list, theme.small,
            {std::clamp(x - width / 2, plot.x, plot.right() - width), plot.bottom() + theme.px(5)},
            palette.muted, name);
    }
    draw_text(list, theme.small,
              {plot.right() - text_size(theme.small, text::kCollapseAxis).x,
               plot.bottom() + theme.px(6) + line},
              palette.muted, text::kCollapseAxis);

    float free = plot.x;
    const auto mark = [&](std::int32_t epoch, const char* what) {
        const float x = std::round(frame.x_of(epoch));
        list.AddLine({x, plot.y}, {x, plot.bottom()}, u32(palette.muted), theme.px(1.5F));
        const std::string name = std::string(what) + " " + text::grouped(epoch);
        const float width = text_size(theme.small, name).x;
        const float at = std::max(std::min(x - theme.px(2), plot.right() - width), free);
        draw_text(list, theme.small, {at, plot.y - line - theme.px(3)}, palette.text, name);
        free = at + width + theme.px(12);
    };
    if (run.memorised) {
        mark(*run.memorised, text::kCollapseMemorised);
    }
    if (run.grokked) {
        mark(*run.grokked, text::kCollapseGrokked);
    }

    list.PushClipRect({plot.x, plot.y}, {plot.right(), plot.bottom()}, true);
    CurvePainter painter;
    for (const CondensedFigure& figure : run.figures) {
        if (figure.stays) {
            continue;
        }
        const std::size_t spec = figure.curve.spec;
        CurveLook look;
        look.style = condensed_style(spec, theme.kind);
        look.thickness = theme.curve(spec == 0);
        look.scale = theme.scale;
        (void)painter.paint(list, frame, scaled_curve(figure), look, palette.panel);
    }
    if (cursor >= frame.x_min && cursor <= frame.x_max) {
        const float x = std::round(frame.x_of(cursor));
        list.AddLine({x, plot.y}, {x, plot.bottom()}, u32(palette.accent), theme.px(1.5F));
    }
    list.PopClipRect();
    for (const CondensedFigure& figure : run.figures) {
        if (!figure.half_epoch) {
            continue;
        }
        const ImVec2 at{frame.x_of(*figure.half_epoch), frame.y_of(0.5)};
        list.AddCircleFilled(at, theme.px(4.5F), u32(palette.panel));
        list.AddCircleFilled(at, theme.px(3.5F),
                             u32(condensed_style(figure.curve.spec, theme.kind).color));
    }
}

} // namespace grokscope::ui
