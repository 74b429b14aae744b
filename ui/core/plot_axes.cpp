#include "ui/core/plot_axes.h"

#include "ui/core/epoch_map.h"
#include "ui/core/guesses.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

namespace {

/// Room at the right of the newest epoch, as a share of what is shown.
constexpr double kHeadroom = 0.04;
/// More figures than fit beside any axis.
constexpr double kMostTicks = 500;

/// What the x axis has to hold of a place that a record names.
double within_reach(double x) {
    return std::isfinite(x) ? std::clamp(x, -kFarthest, kFarthest) : 0;
}

double right_edge(const AxisExtent& extent, bool log) {
    const double shown = std::max(extent.high, extent.low + extent.shortest);
    return log ? shown * 1.3 : shown + (shown - extent.low) * kHeadroom;
}

} // namespace

std::int32_t newest_epoch(const RunBook& book, const ViewState& view) {
    std::int32_t newest = 0;
    for (const auto& run : book.runs()) {
        if (view.visible(run->id)) {
            newest = std::max(newest, run->last_epoch());
        }
    }
    return newest;
}

AxisExtent axis_extent(const RunBook& book, const ViewState& view) {
    AxisExtent extent;
    if (view.settings.x_unit == XUnit::kEpochs) {
        std::int32_t furthest = newest_epoch(book, view);
        if (view.selected) { // a flag that nobody sees is no guess
            for (const Guess& guess : guesses_of(view.arrangement.notes, *view.selected)) {
                furthest = std::max(furthest, guess.epoch);
            }
        }
        extent.high = within_reach(furthest);
        return extent;
    }
    extent.shortest = view.settings.x_unit == XUnit::kSinceGrok ? 200 : 5;
    for (const auto& run : book.runs()) {
        const EpochMap map(view.settings.x_unit, *run);
        if (view.visible(run->id) && map.usable() && !run->samples.empty()) {
            extent.high = std::max(extent.high, within_reach(map.at_epoch(run->last_epoch())));
            extent.low = std::min(extent.low, within_reach(map.at_epoch(0)));
        }
    }
    return extent;
}

void follow_data(EpochAxis& axis, const AxisExtent& extent) {
    if (!axis.follow) {
        return;
    }
    if (axis.whole || axis.log) {
        axis.min = axis.log ? 1 : extent.low;
        axis.max = right_edge(extent, axis.log);
        return;
    }
    const double width = axis.max - axis.min;
    axis.max = std::max(extent.high + kHeadroom * width, width + extent.low);
    axis.min = axis.max - width;
}

void fit_epochs(EpochAxis& axis, const AxisExtent& extent) {
    axis.whole = true;
    axis.min = axis.log ? 1 : extent.low;
    axis.max = right_edge(extent, axis.log);
}

void take_user_epochs(EpochAxis& axis, double min, double max) {
    axis.min = min;
    axis.max = std::max(max, min + 1);
    axis.follow = false;
    axis.whole = false;
}

void set_log(EpochAxis& axis, bool log) {
    axis.log = log;
    if (log) {
        axis.min = std::max(axis.min, 1.0);
        axis.max = std::max(axis.max, axis.min * 10);
    } else if (axis.whole) {
        axis.min = 0;
    }
}

void grow_to(ValueAxis& axis, const Series& series) {
    if (axis.user || series.empty()) {
        return;
    }
    const Series::Extent extent = series.extent(0, series.size());
    if (!extent.any) {
        return;
    }
    double low = std::max(series.y()[extent.min_index], -kLargestValue);
    double high = std::min(series.y()[extent.max_index], kLargestValue);
    if (axis.log) {
        low = std::pow(10.0, std::floor(std::log10(std::max(low, kLogFloor)) - 0.05));
        high = std::pow(10.0, std::log10(std::max(high, kLogFloor)) + 0.25);
    } else {
        const double room = 0.06 * std::max(high - low, 1e-9);
        low = low >= 0 ? 0 : low - room;
        high += room;
    }
    if (!axis.fitted) {
        axis.min = low;
        axis.max = high;
        axis.fitted = true;
    }
    axis.min = std::min(axis.min, low);
    axis.max = std::max(axis.max, high);
}

namespace {

/// The least of 1, 2, 5 times a power of ten that is at least `wanted`.
double round_step(double wanted) {
    const double power = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (power * factor >= wanted * (1 - 1e-9)) {
            return power * factor;
        }
    }
    return power * 10;
}

std::vector<double> even_ticks(double min, double max, double step) {
    const double rounding = 1e-9;
    const double first = std::ceil(min / step - rounding);
    const double count = std::floor(max / step + rounding) - first + 1;
    if (!(count >= 1 && count <= kMostTicks &&
          std::isfinite(step))) { // not of a range that is not one of numbers, either
        return {};
    }
    std::vector<double> ticks;
    for (int i = 0; i < static_cast<int>(count); ++i) {
        ticks.push_back((first + i) * step);
    }
    return ticks;
}

} // namespace

std::vector<double> epoch_ticks(double min, double max, double extent, double room) {
    const double wanted = std::max((max - min) * room / std::max(extent, 1.0), 1.0);
    return even_ticks(min, max, round_step(wanted));
}

std::vector<double> time_ticks(double min, double max, double extent, double room) {
    const double wanted = std::max((max - min) * room / std::max(extent, 1.0), 1.0);
    for (const double unit : {1.0, 60.0, 3600.0}) {
        for (const double step : {1.0, 2.0, 5.0, 10.0, 15.0, 30.0}) {
            if (unit * step >= wanted * (1 - 1e-9)) {
                return even_ticks(min, max, unit * step);
            }
        }
    }
    return even_ticks(min, max, 3600 * round_step(wanted / 3600));
}

std::vector<double> log_ticks(double min, double max, double extent, double room) {
    constexpr double kNarrowest = 0.30103; // decades from 1 to 2 and from 5 to 10
    if (!(min > 0 && max > min && std::isfinite(max))) {
        return {};
    }
    const double low = std::log10(min);
    const double high = std::log10(max);
    const double decade = std::max(extent, 1.0) / std::max(high - low, 1e-9);
    const int step = std::max(static_cast<int>(std::ceil(room / decade)), 1);
    const bool between = step == 1 && kNarrowest * decade >= room;
    std::vector<double> ticks;
    const int first = static_cast<int>(std::floor(std::floor(low) / step)) * step;
    const int last = static_cast<int>(std::floor(high)) + 1; // rounded, it may have been one less
    for (int exponent = first; exponent <= last; exponent += step) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double tick = factor * std::pow(10.0, exponent);
            if (tick >= min && tick <= max && (factor == 1 || between)) {
                ticks.push_back(tick);
            }
        }
    }
    // Zoomed in so far that hardly one of them is left: nearly linear there.
    return ticks.size() >= 2
               ? ticks
               : even_ticks(min, max, round_step((max - min) * room / std::max(extent, 1.0)));
}

void refit(ValueAxis& axis) {
    axis.user = false;
    axis.fitted = false;
}

void fit_figure_axes(ViewState& view) {
    std::ranges::for_each(view.figure_axes, refit);
}

void toggle_log_values(ViewState& view) {
    for (ValueAxis* axis : {&view.loss_axis, &view.mismatch_axis, &view.progress_axis}) {
        axis->log = !axis->log;
        axis->min = axis->log ? 1e-2 : 0;
        axis->max = axis->log ? 10 : 1;
        refit(*axis);
    }
}

} // namespace grokscope::ui
