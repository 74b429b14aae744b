#include "ui/plots/plot_setup.h"

#include "ui/core/plot_axes.h"
#include "ui/core/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

int format_x(double value, char* buffer, int size, void* unit) {
    const std::string text = text::x_tick(*static_cast<const XUnit*>(unit), value);
    return std::snprintf(buffer, static_cast<std::size_t>(size), "%s", text.c_str());
}

int format_power(double value, char* buffer, int size, void*) {
    return std::snprintf(buffer, static_cast<std::size_t>(size), "%s",
                         text::power_of_ten(value).c_str());
}

int format_plain(double value, char* buffer, int size, void*) {
    return std::snprintf(buffer, static_cast<std::size_t>(size), "%g", value);
}

} // namespace

ImAxis value_axis(std::size_t index) {
    return static_cast<ImAxis>(ImAxis_Y1 + static_cast<int>(index));
}

std::vector<PlotFrame> frames_of(bool log_x, std::span<const ValueAxis> axes, const EpochMap& map) {
    const ImVec2 at = ImPlot::GetPlotPos();
    const ImVec2 size = ImPlot::GetPlotSize();
    std::vector<PlotFrame> frames;
    for (std::size_t i = 0; i < std::max<std::size_t>(axes.size(), 1); ++i) {
        const ImPlotRect limits = ImPlot::GetPlotLimits(ImAxis_X1, value_axis(i));
        frames.push_back({{at.x, at.y, size.x, size.y},
                          limits.X.Min,
                          limits.X.Max,
                          limits.Y.Min,
                          limits.Y.Max,
                          log_x,
                          i < axes.size() && axes[i].log,
                          &map});
    }
    return frames;
}

void set_up_epochs(const PanelInput& input, float width, ImPlotAxisFlags flags) {
    ViewState& view = input.view;
    ImPlot::SetupAxis(ImAxis_X1, nullptr, flags);
    ImPlot::SetupAxisFormat(ImAxis_X1, format_x, &view.settings.x_unit);
    ImPlot::SetupAxisLinks(ImAxis_X1, &view.settings.epoch_axis.min, &view.settings.epoch_axis.max);
    if (view.settings.epoch_axis.log) {
        ImPlot::SetupAxisScale(ImAxis_X1, ImPlotScale_Log10);
        ImPlot::SetupAxisLimitsConstraints(ImAxis_X1, 1, 2 * kFarthest);
    } else {
        ImPlot::SetupAxisLimitsConstraints(ImAxis_X1, -2 * kFarthest, 2 * kFarthest);
        // ImPlot's own are as dense at 200 % as at 100 %, where their labels touch.
        const auto ticks_of = view.settings.x_unit == XUnit::kSeconds ? time_ticks : epoch_ticks;
        const std::vector<double> ticks = ticks_of(
            view.settings.epoch_axis.min, view.settings.epoch_axis.max, width, input.theme.px(76));
        ImPlot::SetupAxisTicks(ImAxis_X1, ticks.data(), static_cast<int>(ticks.size()));
    }
    ImPlot::SetupAxisZoomConstraints(ImAxis_X1, view.settings.x_unit == XUnit::kSeconds ? 1 : 10,
                                     4 * kFarthest);
}

void set_up_values(const Theme& theme, ImAxis which, ValueAxis& axis, float height) {
    ImPlot::SetupAxisFormat(which, axis.log ? format_power : format_plain);
    ImPlot::SetupAxisLinks(which, &axis.min, &axis.max);
    if (axis.log) {
        ImPlot::SetupAxisScale(which, ImPlotScale_Log10);
        ImPlot::SetupAxisLimitsConstraints(which, kLogFloor, 10 * kLargestValue);
        // ImPlot's own leave one figure on an axis of little more than a decade.
        const std::vector<double> ticks = log_ticks(axis.min, axis.max, height, theme.px(26));
        ImPlot::SetupAxisTicks(which, ticks.data(), static_cast<int>(ticks.size()));
    } else {
        ImPlot::SetupAxisLimitsConstraints(which, -10 * kLargestValue, 10 * kLargestValue);
        // ImPlot finds the figures by adding steps, and one too small to change the sum would
        // never reach the end.
        const double least = 1e-12 * std::max(std::abs(axis.min), std::abs(axis.max));
        ImPlot::SetupAxisZoomConstraints(which, std::max(least, 1e-300), 20 * kLargestValue);
    }
}

void set_up_shares(const Theme& theme, float height) {
    // As many as stand apart: their names lie in the order in which they are left out.
    static constexpr std::array<double, 5> kTicks{0, 1, 0.5, 0.25, 0.75};
    static constexpr std::array<const char*, 5> kTickLabels{"0 %", "100 %", "50 %", "25 %", "75 %"};
    const float line = height / (theme.small->FontSize * 1.25F);
    const int ticks = line > 8 ? 5 : line > 4 ? 3 : 2;
    ImPlot::SetupAxisLimits(ImAxis_Y1, -0.03, 1.05, ImPlotCond_Always);
    ImPlot::SetupAxisTicks(ImAxis_Y1, kTicks.data(), ticks, kTickLabels.data());
}

} // namespace grokscope::ui
