#include "ui/views/depth/depth_strip.h"

#include "ui/core/palette.h"
#include "ui/core/plot_axes.h"
#include "ui/core/reading_end.h"
#include "ui/core/text.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/views/depth/depth_text.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

constexpr float kStripTick = 4;       ///< at 100 %
constexpr int kShades = 24;           ///< of each sign
constexpr float kMostPieces = 20'000; ///< rectangles, about

/// The readings that have columns of their own, at least `least` wide, the last among them.
std::vector<std::size_t> drawn_readings(const Depth& depth, const PlotFrame& frame, float least) {
    std::vector<std::size_t> drawn;
    float left = 0;
    for (std::size_t i = 0; i < depth.epochs.size(); ++i) {
        const float x = frame.x_of(depth.epochs[i]);
        if (!drawn.empty() && x - left < least && i + 1 < depth.epochs.size()) {
            continue;
        }
        drawn.push_back(i);
        left = x;
    }
    return drawn;
}

/// Epochs that the strip holds.
double strip_end(const Depth& depth, std::int32_t newest) {
    return std::max(static_cast<double>(newest),
                    reading_end(depth.epochs, depth.epochs.size() - 1));
}

/// Names of layers left of the strip, of heads where rows have room.
void name_rows(const PanelInput& input, ImDrawList& list, const Rect& plot, const Depth& depth) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const float line = theme.small->FontSize;
    const float row = plot.height / static_cast<float>(depth.layers * depth.heads);
    const float layer = row * static_cast<float>(depth.heads);
    const bool of_heads = row >= line;
    const float heads = text_size(theme.small, "88").x + theme.px(4);
    const auto step = std::max(1, static_cast<int>(std::ceil(line * 1.1F / layer)));
    for (int i = 0; i < depth.layers; ++i) {
        const float bottom = plot.bottom() - layer * static_cast<float>(i);
        if (i > 0 && layer >= theme.px(4)) {
            list.AddLine({plot.x, std::round(bottom)}, {plot.right(), std::round(bottom)},
                         u32(palette.panel), theme.px(layer >= theme.px(20) ? 2 : 1));
        }
        if (i % step == 0) {
            put_text(list, theme.small, palette.muted,
                     {plot.x - theme.px(4) - (of_heads ? heads : 0), bottom - layer / 2 - line / 2},
                     Align::kRight,
                     (depth.layers > 1 ? text::kDepthLayer : "") +
                         (depth.layers > 1 ? std::to_string(i) : std::string(text::kDepthHead)));
        }
        for (int head = 0; of_heads && head < depth.heads; ++head) {
            put_text(
                list, theme.small, palette.muted,
                {plot.x - theme.px(4), bottom - row * (static_cast<float>(head) + 0.5F) - line / 2},
                Align::kRight, std::to_string(head));
        }
    }
}

/// Pieces of rows that have one colour.
void draw_rows(const PanelInput& input, ImDrawList& list, const PlotFrame& frame,
               const Depth& depth) {
    const HeadScore score = input.view.depth.score;
    const auto rows = static_cast<std::size_t>(depth.layers * depth.heads);
    const Rect& plot = frame.area;
    const float height = plot.height / static_cast<float>(rows);
    const float least =
        std::max(input.theme.px(2), plot.width * static_cast<float>(rows) / kMostPieces);
    const std::vector<std::size_t> drawn = drawn_readings(depth, frame, least);
    constexpr int kNone = kShades + 1;
    struct Piece {
        float left = 0;
        float right = 0;
        int shade = kNone;
    };
    std::vector<Piece> pieces(rows);
    const auto put = [&](std::size_t row) {
        const Piece& piece = pieces[row];
        if (piece.shade == kNone) {
            return;
        }
        const float share = static_cast<float>(piece.shade) / kShades;
        const Rect cell{piece.left, plot.bottom() - height * static_cast<float>(row + 1),
                        piece.right - piece.left, height};
        const Color ground = diverging_color(share, input.theme.kind);
        list.AddRectFilled({cell.x, cell.y}, {cell.right(), cell.bottom()}, u32(ground));
        mark_negative(input, list, cell, share, ground);
    };
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        const std::size_t reading = drawn[i];
        const float from = frame.x_of(depth.epochs[reading]);
        float to = std::min(frame.x_of(reading_end(depth.epochs, reading)), plot.right());
        if (i + 1 < drawn.size() && drawn[i + 1] > reading + 1) { // those between have no column
            to = std::max(to, std::min(frame.x_of(depth.epochs[drawn[i + 1]]), from + least * 2));
        }
        to = std::max(to, from + 1);
        const std::vector<double>& values = depth.mediated[reading].of(score);
        for (std::size_t row = 0; row < rows; ++row) {
            const bool any = row < values.size() && std::isfinite(values[row]);
            const int shade = any ? static_cast<int>(std::lround(
                                        kShades * depth_share(depth, score, values[row])))
                                  : kNone;
            Piece& piece = pieces[row];
            if (piece.shade == shade && std::abs(piece.right - from) < 0.5F) {
                piece.right = to;
            } else {
                put(row);
                piece = {from, to, shade};
            }
        }
    }
    for (std::size_t row = 0; row < rows; ++row) {
        put(row);
    }
}

} // namespace

Rect strip_plot(const Theme& theme, const Rect& area, const Depth& depth) {
    const float line = theme.small->FontSize;
    const float top = area.y + depth_title_height(theme);
    const float height = area.bottom() - top - line - theme.px(6);
    const bool of_heads = height / static_cast<float>(depth.layers * depth.heads) >= line;
    const std::string widest =
        depth.layers > 1 ? std::string("layer ") + (depth.layers > 10 ? "88" : "8") : "head ";
    const float left = text_size(theme.small, widest).x + theme.px(6) +
                       (of_heads ? text_size(theme.small, "88").x + theme.px(4) : 0);
    return {area.x + left, top, area.width - left, height};
}

std::optional<DepthHover> draw_head_strip(const PanelInput& input, const Rect& area,
                                          const Depth& depth, std::int32_t newest,
                                          std::int32_t cursor, const std::optional<ImVec2>& mouse) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    put_depth_title(input, list, area,
                    text::kDepthScoreNames[static_cast<std::size_t>(input.view.depth.score)]);
    PlotFrame frame;
    frame.area = strip_plot(theme, area, depth);
    frame.x_max = strip_end(depth, newest);
    const Rect& plot = frame.area;
    const float row = plot.height / static_cast<float>(depth.layers * depth.heads);
    list.AddRectFilled({plot.x, plot.y}, {plot.right(), plot.bottom()}, u32(palette.raised));
    draw_rows(input, list, frame, depth);
    name_rows(input, list, plot, depth);
    list.AddRect({plot.x, plot.y}, {plot.right(), plot.bottom()}, u32(palette.line));
    const float widest = text_size(theme.small, text::grouped(std::llround(frame.x_max))).x;
    const float unit = text_size(theme.small, text::kDepthEpochAxis).x + theme.px(8);
    for (const double tick : epoch_ticks(0, frame.x_max, plot.width, widest + theme.px(24))) {
        const float x = std::round(frame.x_of(tick));
        const std::string name = text::grouped(std::llround(tick));
        const float width = text_size(theme.small, name).x;
        list.AddLine({x, plot.bottom()}, {x, plot.bottom() + theme.px(kStripTick)},
                     u32(palette.muted));
        const float left = std::max(x - width / 2, plot.x);
        if (left + width <= plot.right() - unit) {
            draw_text(list, theme.small, {left, plot.bottom() + theme.px(5)}, palette.muted, name);
        }
    }
    put_text(list, theme.small, palette.muted, {plot.right(), plot.bottom() + theme.px(5)},
             Align::kRight, text::kDepthEpochAxis);
    if (cursor >= 0 && cursor <= frame.x_max) {
        const float x = std::round(frame.x_of(cursor));
        list.AddLine({x, plot.y - theme.px(3)}, {x, plot.bottom() + theme.px(3)},
                     u32(palette.accent), theme.px(1.5F));
    }
    if (!mouse || !plot.contains(mouse->x, mouse->y)) {
        return std::nullopt;
    }
    DepthHover hover;
    hover.epoch = static_cast<std::int32_t>(std::max(std::lround(frame.x_at(mouse->x)), 0L));
    const std::optional<std::size_t> reading = depth.mediated_at(*hover.epoch);
    if (reading && *hover.epoch < reading_end(depth.epochs, *reading)) {
        const int index = std::clamp(static_cast<int>((plot.bottom() - mouse->y) / row), 0,
                                     depth.layers * depth.heads - 1);
        hover.reading = *reading;
        hover.head = HeadPlace{index / depth.heads, index % depth.heads};
    }
    return hover;
}

} // namespace grokscope::ui
