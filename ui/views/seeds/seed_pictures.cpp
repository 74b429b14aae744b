#include "ui/views/seeds/seed_pictures.h"

#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <algorithm>
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

void draw_pairs(const Theme& theme, const Rect& area, const SpeedUps& speed_ups,
                const RatioAxis& axis) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Palette& palette = *theme.palette;
    const float size = theme.px(3);
    const float middle = area.y + area.height / 2;
    const auto x_of = [&](double ratio) {
        return area.x + size + (area.width - 2 * size) * place_on(axis, ratio);
    };
    list.AddLine({x_of(1), area.y}, {x_of(1), area.bottom()}, u32(palette.line), theme.px(1));
    if (speed_ups.interval != IntervalKind::kNone) {
        list.AddLine({x_of(shown(speed_ups.low).value_or(1e-9)), middle},
                     {x_of(shown(speed_ups.high).value_or(1e9)), middle}, u32(palette.muted),
                     theme.px(1.5F));
    }
    for (const SpeedUp& pair : speed_ups.pairs) {
        const ImVec2 at{x_of(shown(pair.ratio).value_or(1)), middle};
        if (pair.ratio.is_above() || pair.ratio.is_below()) {
            draw_arrow(list, at, size, pair.ratio.is_above() ? 1.0F : -1.0F, u32(palette.text));
        } else if (pair.neither_grokked()) {
            list.AddCircle(at, size, u32(palette.text), 0, theme.px(1));
        } else {
            list.AddCircleFilled(at, size, u32(palette.text));
        }
    }
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
