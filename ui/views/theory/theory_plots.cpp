#include "ui/views/theory/theory_plots.h"

#include "ui/core/plot_axes.h"
#include "ui/core/theory_text.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_setup.h"

#include <implot.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// Nothing to click, to zoom or to drag: the sliders choose what is shown.
constexpr ImPlotFlags kStill = ImPlotFlags_NoLegend | ImPlotFlags_NoMenus |
                               ImPlotFlags_NoMouseText | ImPlotFlags_NoBoxSelect |
                               ImPlotFlags_NoInputs;
/// Errors below it are rounding.
constexpr double kLeastError = 1e-10;

struct Curve {
    std::span<const double> y;
    bool thick = true;
};
/// A line across, with a word at its head; an empty word: none.
struct PlotMark {
    double x = 0;
    const char* word = "";
};
struct SmallPlot {
    const char* id;
    std::string title;
    std::span<const double> x;
    std::vector<Curve> curves;
    std::vector<PlotMark> marks;
    bool log_x = false;
    bool log_y = true;
    /// The axis goes no lower.
    double least = 0;
};

/// From the least to the largest finite value, of a logarithmic axis the positive ones.
ValueAxis axis_for(const SmallPlot& plot) {
    std::optional<double> low;
    std::optional<double> high;
    for (const Curve& curve : plot.curves) {
        for (const double value : curve.y) {
            if (!std::isfinite(value) || (plot.log_y && value <= 0)) {
                continue;
            }
            const double at = std::max(value, plot.least);
            low = std::min(low.value_or(at), at);
            high = std::max(high.value_or(at), at);
        }
    }
    ValueAxis axis;
    axis.log = plot.log_y && low.has_value();
    if (axis.log) {
        axis.min = std::max(*low / 1.4, kLogFloor);
        axis.max = *high * 1.4;
    } else {
        const double room = std::max((high.value_or(1) - low.value_or(0)) * 0.06, 1e-9);
        axis.min = low.value_or(0) - room;
        axis.max = high.value_or(1) + room;
    }
    return axis;
}

void set_up_x(const PanelInput& input, const SmallPlot& plot, float width) {
    const double low = plot.x.front();
    const double high = std::max(plot.x.back(), low + 1);
    ImPlot::SetupAxis(ImAxis_X1, nullptr, ImPlotAxisFlags_None);
    ImPlot::SetupAxisLimits(ImAxis_X1, low, high, ImPlotCond_Always);
    if (plot.log_x) {
        ImPlot::SetupAxisScale(ImAxis_X1, ImPlotScale_Log10);
    }
    const std::vector<double> ticks = plot.log_x
                                          ? log_ticks(low, high, width, input.theme.px(58))
                                          : epoch_ticks(low, high, width, input.theme.px(46));
    if (!ticks.empty()) {
        ImPlot::SetupAxisTicks(ImAxis_X1, ticks.data(), static_cast<int>(ticks.size()));
    }
}

void draw_marks(const PanelInput& input, const SmallPlot& plot, const ValueAxis& axis) {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImPlot::GetPlotDrawList();
    ImPlot::PushPlotClipRect();
    const float right = ImPlot::GetPlotPos().x + ImPlot::GetPlotSize().x;
    const float top = ImPlot::GetPlotPos().y;
    for (const PlotMark& mark : plot.marks) {
        const bool main = &mark == plot.marks.data();
        const float x = ImPlot::PlotToPixels(mark.x, axis.max).x;
        list.AddLine({x, top}, {x, top + ImPlot::GetPlotSize().y},
                     u32(main ? theme.palette->accent : theme.palette->muted),
                     std::max(theme.px(main ? 1.5F : 1), 1.0F));
        const std::string word(mark.word);
        const float wide = text_size(theme.small, word).x;
        const float at = x + theme.px(4) + wide > right ? x - theme.px(4) - wide : x + theme.px(4);
        draw_text(list, theme.small, {at, top + theme.px(2)}, theme.palette->text, word);
    }
    ImPlot::PopPlotClipRect();
}

void draw_plot(const PanelInput& input, const SmallPlot& plot, ImVec2 size) {
    const Theme& theme = input.theme;
    ImGui::BeginGroup();
    text_in(theme.small, theme.palette->muted, fitted(theme.small, plot.title, size.x));
    const float used = theme.small->FontSize + ImGui::GetStyle().ItemSpacing.y;
    const ImVec2 rest{size.x, std::max(size.y - used, theme.px(40))};
    ValueAxis axis = axis_for(plot);
    ImGui::PushFont(theme.small);
    if (plot.x.empty()) {
        ImGui::Dummy(rest);
    } else if (ImPlot::BeginPlot(plot.id, rest, kStill)) {
        set_up_x(input, plot, rest.x);
        ImPlot::SetupAxis(ImAxis_Y1, nullptr, ImPlotAxisFlags_None);
        set_up_values(theme, ImAxis_Y1, axis, rest.y);
        ImPlot::SetupFinish();
        int number = 0;
        for (const Curve& curve : plot.curves) {
            std::vector<double> y(curve.y.begin(), curve.y.end());
            for (double& value : y) {
                // Below a logarithmic axis lies its lower edge.
                value = std::isnan(value) ? value
                        : axis.log        ? std::max(value, 1.1 * axis.min)
                                          : value;
            }
            ImPlot::SetNextLineStyle(
                vec4(curve.thick ? theme.palette->accent : theme.palette->text),
                theme.curve(curve.thick));
            ImPlot::PlotLine(("##" + std::to_string(number++)).c_str(), plot.x.data(), y.data(),
                             static_cast<int>(std::min(plot.x.size(), y.size())));
        }
        draw_marks(input, plot, axis);
        ImPlot::EndPlot();
    }
    ImGui::PopFont();
    ImGui::EndGroup();
}

/// A figure of each iteration.
template <typename Get>
std::vector<double> over_iterations(const SfmAnswer& answer, Get&& get) {
    std::vector<double> values;
    for (const SfmIteration& one : answer.iterations) {
        values.push_back(static_cast<double>(get(one)));
    }
    return values;
}

std::vector<double> iterations_of(const SfmAnswer& answer) {
    return over_iterations(answer, [](const SfmIteration& one) { return one.iteration; });
}

std::vector<PlotMark> marks_over_n(const SfmAnswer& answer, bool crossing) {
    std::vector<PlotMark> marks{{static_cast<double>(answer.question.settings.pairs), "n"}};
    if (crossing && answer.laws.crossing) {
        marks.push_back({*answer.laws.crossing, "n*"});
    }
    return marks;
}

} // namespace

void plot_errors(const PanelInput& input, const SfmAnswer& answer, std::size_t iteration,
                 ImVec2 size) {
    const std::vector<double> x = iterations_of(answer);
    const auto train =
        over_iterations(answer, [](const SfmIteration& one) { return one.train_error; });
    const auto test =
        over_iterations(answer, [](const SfmIteration& one) { return one.test_error; });
    draw_plot(input,
              {.id = "##theory_errors",
               .title = text::kTheoryErrors,
               .x = x,
               .curves = {{test, true}, {train, false}},
               .marks = {{static_cast<double>(iteration + 1)}},
               .least = kLeastError},
              size);
}

void plot_features(const PanelInput& input, const SfmAnswer& answer, std::size_t iteration,
                   ImVec2 size) {
    const std::vector<double> x = iterations_of(answer);
    const auto all = over_iterations(answer, [](const SfmIteration& one) { return one.support; });
    const auto off =
        over_iterations(answer, [](const SfmIteration& one) { return one.survivors(); });
    draw_plot(input,
              {.id = "##theory_features",
               .title = text::kTheoryFeatures,
               .x = x,
               .curves = {{all, true}, {off, false}},
               .marks = {{static_cast<double>(iteration + 1)}},
               .least = 0.5}, // what is 0 lies at the lower edge
              size);
}

void plot_energy(const PanelInput& input, const SfmAnswer& answer, ImVec2 size) {
    draw_plot(
        input,
        {.id = "##theory_energy",
         .title = text::kTheoryEnergy,
         .x = answer.laws.n,
         .curves = {{answer.laws.rule_energy_at, true}, {answer.laws.memory_energy_at, false}},
         .marks = marks_over_n(answer, true),
         .log_x = true},
        size);
}

void plot_gate(const PanelInput& input, const SfmAnswer& answer, ImVec2 size) {
    draw_plot(input,
              {.id = "##theory_gate_by_n",
               .title = text::kTheoryGateByN,
               .x = answer.laws.n,
               .curves = {{answer.laws.tau_at, true}},
               .marks = marks_over_n(answer, false),
               .log_x = true},
              size);
}

void plot_expected(const PanelInput& input, const SfmAnswer& answer, ImVec2 size) {
    draw_plot(
        input,
        {.id = "##theory_expected",
         .title = text::kTheoryExpected,
         .x = answer.laws.n,
         .curves = {{answer.laws.expected_at, true}, {answer.laws.expected_unit_step_at, false}},
         .marks = marks_over_n(answer, false),
         .log_x = true,
         .least = 0.5},
        size);
}

} // namespace grokscope::ui
