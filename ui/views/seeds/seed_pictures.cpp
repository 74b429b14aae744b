#include "ui/views/seeds/seed_pictures.h"

#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/icons.h"
#include "ui/kit/widgets.h"
#include "ui/views/plane/plane_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// The one number by which a figure is drawn; nothing where neither bound is known.
std::optional<double> shown(const Bounded& figure) {
    if (figure.low > 0) {
        return figure.low;
    }
    return figure.is_below() ? std::optional(figure.high) : std::nullopt;
}

/// A triangle that points to where the true value lies.
void draw_arrow(ImDrawList& list, ImVec2 at, float size, float to, ImU32 color) {
    list.AddTriangleFilled({at.x + to * size, at.y}, {at.x - to * size, at.y - size},
                           {at.x - to * size, at.y + size}, color);
}

/// Room at both ends of an axis of ratios: the half of a dot.
float dot_size(const Theme& theme) {
    return theme.px(3);
}

/// Where a ratio lies in the area of such an axis.
float x_on(const Theme& theme, const Rect& area, const RatioAxis& axis, double ratio) {
    const float room = dot_size(theme);
    return area.x + room + (area.width - 2 * room) * place_on(axis, ratio);
}

/// Share that has not grokked at an epoch.
double share_at(const SweepRow& row, double epoch) {
    double share = 1;
    for (const SurvivalStep& step : row.not_grokked) {
        share = step.epoch <= epoch ? step.share : share;
    }
    return share;
}

double last_epoch_of(const SweepRow& row) {
    double last = 0;
    for (const SweepRun& run : row.runs) {
        last = run.failed ? last : std::max(last, static_cast<double>(run.epoch_or_bound()));
    }
    return last;
}

/// "[0]  p = 0.0018"
std::string legend_of(const SweepRow& row) {
    return std::isfinite(row.log_rank_p)
               ? row.label + text::kLogRank + text::value(row.log_rank_p, 2)
               : row.label;
}

} // namespace

std::string ratio_text(const Bounded& ratio) {
    return in_words(ratio, [](double value) { return text::value(value, 3) + "x"; });
}

std::string interval_text(const SpeedUps& speed_ups) {
    const auto end = [](const Bounded& one) {
        return in_words(one, [](double value) { return text::value(value, 3); });
    };
    return speed_ups.interval == IntervalKind::kNone
               ? text::kNoValue
               : end(speed_ups.low) + " .. " + end(speed_ups.high);
}

RatioAxis ratio_axis(std::span<const SweepRow> rows) {
    RatioAxis axis;
    const auto include = [&](const Bounded& ratio) {
        if (const auto value = shown(ratio)) {
            axis.low = std::min(axis.low, std::log(*value));
            axis.high = std::max(axis.high, std::log(*value));
        }
    };
    for (const SweepRow& row : rows) {
        for (const SpeedUp& pair : row.speed_ups.pairs) {
            include(pair.ratio);
        }
        if (row.speed_ups.interval != IntervalKind::kNone) {
            include(row.speed_ups.low);
            include(row.speed_ups.high);
        }
    }
    return axis;
}

float place_on(const RatioAxis& axis, double ratio) {
    const double share = (std::log(ratio) - axis.low) / (axis.high - axis.low);
    return static_cast<float>(std::clamp(share, 0.0, 1.0));
}

std::vector<double> ratio_ticks(const RatioAxis& axis, float apart) {
    // The rounder, the earlier it gets a place.
    constexpr std::array kRatios{1.0, 2.0,   0.5, 10.0, 0.1,  5.0,  0.2, 4.0,  0.25, 3.0,
                                 8.0, 0.125, 1.5, 20.0, 0.05, 50.0, 0.8, 1.25, 0.9,  1.1};
    std::vector<double> ticks;
    for (const double ratio : kRatios) {
        const bool inside = std::log(ratio) >= axis.low && std::log(ratio) <= axis.high;
        if (inside && std::ranges::all_of(ticks, [&](double other) {
                return std::abs(place_on(axis, other) - place_on(axis, ratio)) >= apart;
            })) {
            ticks.push_back(ratio);
        }
    }
    return ticks;
}

void draw_pairs(const Theme& theme, const Rect& area, const SpeedUps& speed_ups,
                const RatioAxis& axis) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Palette& palette = *theme.palette;
    const float size = dot_size(theme);
    const float middle = area.y + area.height / 2;
    const auto x_of = [&](double ratio) { return x_on(theme, area, axis, ratio); };
    list.AddLine({x_of(1), area.y}, {x_of(1), area.bottom()}, u32(palette.line), theme.px(1));
    if (speed_ups.interval != IntervalKind::kNone) {
        list.AddLine({x_of(shown(speed_ups.low).value_or(1e-9)), middle},
                     {x_of(shown(speed_ups.high).value_or(1e9)), middle}, u32(palette.muted),
                     theme.px(1.5F));
        const Bounded& centre = speed_ups.interval == IntervalKind::kOrder
                                    ? speed_ups.median
                                    : speed_ups.geometric_mean;
        if (area.height > theme.text->FontSize && centre.is_exact() && centre.low > 0) {
            list.AddLine({x_of(centre.low), area.y + size},
                         {x_of(centre.low), area.bottom() - size}, u32(palette.muted),
                         theme.px(2.5F));
        }
    }
    const float room = std::max(area.height - theme.text->FontSize, 0.0F);
    const float step =
        room / static_cast<float>(std::max<std::size_t>(speed_ups.pairs.size(), 2) - 1);
    float y = speed_ups.pairs.size() > 1 ? middle - room / 2 : middle;
    for (const SpeedUp& pair : speed_ups.pairs) {
        const ImVec2 at{x_of(shown(pair.ratio).value_or(1)), y};
        y += step;
        if (pair.ratio.is_above() || pair.ratio.is_below()) {
            draw_arrow(list, at, size, pair.ratio.is_above() ? 1.0F : -1.0F, u32(palette.text));
        } else if (pair.neither_grokked()) {
            list.AddCircle(at, size, u32(palette.text), 0, theme.px(1));
        } else {
            list.AddCircleFilled(at, size, u32(palette.text));
        }
    }
}

void draw_pair_table(const PanelInput& input, const Rect& area, std::span<const SweepRow> rows) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float gap = theme.px(18);
    const float chip = theme.px(38);
    float label = 0;
    std::array<float, text::kPairColumns.size()> widths{};
    for (std::size_t i = 0; i < widths.size(); ++i) {
        widths[i] = text_size(theme.small, text::kPairColumns[i]).x;
    }
    std::vector<std::array<std::string, text::kPairColumns.size()>> cells;
    for (const SweepRow& row : rows) {
        const SpeedUps& speed_ups = row.speed_ups;
        const auto& words = cells.emplace_back(
            std::array{std::to_string(row.grokked) + "/" + std::to_string(row.runs.size()),
                       epoch_in_words(row.median_epoch),
                       speed_ups.pairs.empty() ? std::string(text::kNoValue)
                                               : ratio_text(speed_ups.geometric_mean),
                       interval_text(speed_ups)});
        label = std::max(label, text_size(theme.text, row.label).x);
        for (std::size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], text_size(theme.text, words[i]).x);
        }
    }
    label = std::min(label, area.width * 0.3F);
    const float head = theme.small->FontSize + theme.px(6);
    const float foot = 2 * theme.small->FontSize + theme.px(10);
    const float height =
        std::min((area.height - head - foot) / static_cast<float>(rows.size()), theme.px(72));
    // What stands left of the dots ends there, what stands right of them at the picture's end.
    const std::array ends{area.x + chip + label + gap + widths[0],
                          area.x + chip + label + 2 * gap + widths[0] + widths[1],
                          area.right() - widths[3] - gap, area.right()};
    const Rect dots{ends[1] + gap, area.y + head, ends[2] - widths[2] - gap - (ends[1] + gap),
                    height * static_cast<float>(rows.size())};
    const auto put = [&](std::size_t column, float y, ImFont* font, const Color& color,
                         const std::string& words) {
        draw_text(list, font, {ends[column] - text_size(font, words).x, y}, color, words);
    };
    for (std::size_t i = 0; i < text::kPairColumns.size(); ++i) {
        put(i, area.y, theme.small, palette.muted, text::kPairColumns[i]);
    }
    const RatioAxis axis = ratio_axis(rows);
    for (const double ratio : ratio_ticks(axis, theme.px(52) / dots.width)) {
        const float x = x_on(theme, dots, axis, ratio);
        list.AddLine({x, dots.y}, {x, dots.bottom() + theme.px(4)}, u32(palette.line));
        const std::string words = text::value(ratio, 3) + "x";
        draw_text(list, theme.small,
                  {x - text_size(theme.small, words).x / 2, dots.bottom() + theme.px(5)},
                  palette.muted, words);
    }
    draw_text(list, theme.small, {dots.x, dots.bottom() + theme.px(7) + theme.small->FontSize},
              palette.muted, fitted(theme.small, text::kPairAxis, area.right() - dots.x));
    float y = dots.y;
    for (std::size_t n = 0; n < rows.size(); ++n) {
        const SweepRow& row = rows[n];
        list.AddLine({area.x, y}, {area.right(), y}, u32(palette.line));
        const float line = y + (height - theme.text->FontSize) / 2;
        draw_chip(list, curve_style(row.runs.front().config, theme.kind), {area.x, line},
                  {theme.px(30), theme.px(16)}, theme.scale, palette.panel, false);
        draw_text(list, theme.text, {area.x + chip, line}, palette.text,
                  fitted(theme.text, row.label, label));
        for (std::size_t i = 0; i < cells[n].size(); ++i) {
            put(i, line, theme.text, palette.text, cells[n][i]);
        }
        if (!row.speed_ups.pairs.empty()) {
            draw_pairs(theme, {dots.x, y + theme.px(3), dots.width, height - theme.px(6)},
                       row.speed_ups, axis);
        }
        y += height;
    }
    list.AddLine({area.x, y}, {area.right(), y}, u32(palette.line));
}

void draw_survival(const PanelInput& input, const Rect& area, std::span<const SweepRow> rows) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    double last = 1;
    float legend = 0;
    for (const SweepRow& row : rows) {
        last = std::max(last, last_epoch_of(row));
        legend = std::max(legend, text_size(theme.small, legend_of(row)).x);
    }
    const float line = theme.small->FontSize;
    const Rect plot{area.x, area.y, area.width - std::min(legend, area.width / 2) - theme.px(16),
                    area.height - line - theme.px(4)};
    const auto point = [&](double epoch, double share) {
        return ImVec2{plot.x + plot.width * static_cast<float>(epoch / last),
                      plot.bottom() - plot.height * static_cast<float>(share)};
    };
    list.AddRect({plot.x, plot.y}, {plot.right(), plot.bottom()}, u32(palette.line));
    const std::string end = text::grouped(static_cast<std::int64_t>(last));
    draw_text(list, theme.small, {plot.x, plot.bottom() + theme.px(2)}, palette.muted,
              text::kSurvival);
    draw_text(list, theme.small,
              {plot.right() - text_size(theme.small, end).x, plot.bottom() + theme.px(2)},
              palette.muted, end);
    float y = plot.y;
    for (const SweepRow& row : rows) {
        const ImU32 color = u32(curve_style(row.runs.front().config, theme.kind).color);
        std::vector<ImVec2> corners{point(0, 1)};
        double share = 1;
        for (const SurvivalStep& step : row.not_grokked) {
            corners.push_back(point(step.epoch, share));
            corners.push_back(point(step.epoch, step.share));
            share = step.share;
        }
        corners.push_back(point(last_epoch_of(row), share));
        list.AddPolyline(corners.data(), static_cast<int>(corners.size()), color, ImDrawFlags_None,
                         theme.px(1.8F));
        for (const SweepRun& run : row.runs) {
            if (!run.grok_epoch && !run.failed) {
                const ImVec2 at = point(run.last_epoch, share_at(row, run.last_epoch));
                list.AddLine({at.x, at.y - theme.px(4)}, {at.x, at.y + theme.px(4)}, color,
                             theme.px(1.8F));
            }
        }
        if (y + line <= area.bottom()) {
            draw_text(list, theme.small, {plot.right() + theme.px(16), y}, palette.text,
                      fitted(theme.small, legend_of(row), area.right() - plot.right()));
            list.AddRectFilled({plot.right() + theme.px(6), y + theme.px(2)},
                               {plot.right() + theme.px(10), y + line - theme.px(2)}, color);
            y += line + theme.px(2);
        }
    }
}

} // namespace grokscope::ui
