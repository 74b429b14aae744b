#include "ui/plots/figure_plot.h"

#include "ui/core/claims.h"
#include "ui/core/epoch_map.h"
#include "ui/core/figure_text.h"
#include "ui/core/plot_axes.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/flow.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_marks.h"

#include <implot.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace grokscope::ui {

namespace {

constexpr float kChip = 30; ///< at 100 %
constexpr float kBetween = 18;
/// Of the room of a plot, the legend takes at most this.
constexpr float kMostLegend = 0.5F;

float line_height(const Theme& theme) {
    return theme.small->FontSize + theme.px(5);
}

} // namespace

void FigurePlot::prepare(const PanelInput& input) {
    ViewState& view = input.view;
    if (view.settings.third_plot != ThirdPlot::kFigures) {
        return;
    }
    offered_ = offered_instruments(input.book);
    chosen_ = chosen_figures(offered_, view.settings.figures);
    const auto is_many = [](const OfferedFigure& one) {
        return one.figure->axis != FigureAxis::kNone;
    };
    is_map_ = !chosen_.empty() && is_many(chosen_.front());
    if (is_map_) {
        chosen_.resize(1);
        axes_ = {};
        if (const RunRecord* run = input.selected()) {
            map_.prepare(*run, chosen_.front());
        } else {
            map_ = {};
        }
        empty_ = why_empty(input);
        return;
    }
    std::erase_if(chosen_, is_many); // another window chose both
    axes_ = share_axes(chosen_);
    for (std::size_t i = 0; i < axes_.groups.size(); ++i) {
        const FigureAxisGroup& group = axes_.groups[i];
        ValueAxis& axis = view.figure_axes[i];
        if (view.figure_axes_of[i] != group.name()) {
            view.figure_axes_of[i] = group.name();
            axis = {group.logarithmic ? 1e-2 : 0.0, group.logarithmic ? 10.0 : 1.0,
                    group.logarithmic, false, false};
        }
        for (const auto& run : input.book.runs()) {
            for (const std::size_t place : group.figures) {
                grow_to(axis, curves_.of(*run, chosen_[place]));
            }
        }
    }
    empty_ = why_empty(input);
}

std::span<ValueAxis> FigurePlot::value_axes(ViewState& view) const {
    return std::span(view.figure_axes)
        .first(is_map_ ? 0 : std::max<std::size_t>(axes_.groups.size(), 1));
}

bool FigurePlot::has_value(const RunRecord& run, const OfferedFigure& figure) {
    if (is_map_) {
        return !map_.empty(); // which is of the selected run
    }
    const Series& series = curves_.of(run, figure);
    return series.extent(0, series.size()).any;
}

std::string FigurePlot::why_empty(const PanelInput& input) {
    if (chosen_.empty()) {
        return input.view.settings.figures.ids.empty() ? text::kChooseFigures
                                                       : text::kUnknownFigures;
    }
    bool out_of_place = false;
    std::string why;
    for (const OfferedFigure& figure : chosen_) {
        Facts facts;
        facts.of_trainer = figure.of_trainer();
        for (const auto& run : input.book.runs()) {
            if (is_map_ && input.view.selected != run->id) {
                continue;
            }
            const bool visible = input.view.visible(run->id);
            const bool valued = has_value(*run, figure);
            if (visible && valued) {
                if (EpochMap(input.view.settings.x_unit, *run).usable()) {
                    return {};
                }
                out_of_place = true;
            }
            facts.hidden |= !visible && valued;
            facts.measured |= visible && is_measured(run->config, figure);
            facts.has_reading |= visible && has_reading(*run, figure);
        }
        why += (why.empty() ? "" : "\n") + text::capitalised(figure.figure->label) + ": " +
               claim(Place::kEmptyFigures, facts).words;
    }
    return out_of_place ? text::kEmptySinceGrok : why;
}

bool FigurePlot::any_value(const PanelInput& input, const OfferedFigure& figure) {
    return std::ranges::any_of(input.book.runs(), [&](const auto& run) {
        return input.view.visible(run->id) && has_value(*run, figure);
    });
}

void FigurePlot::make_legend(const PanelInput& input) {
    legend_.clear();
    if (const RunRecord* run = input.selected(); is_map_ && run != nullptr) {
        if (!told_.empty()) {
            legend_.push_back({told_});
        }
        legend_.push_back({figure_name(*chosen_.front().figure) + ", " +
                           run_label(input.view, *run, several_seeds(input.book))});
        return;
    }
    if (std::string words = left_out_sentence(chosen_, axes_); !words.empty()) {
        legend_.push_back(
            {std::move(words), kNoFigure, true}); // first: there is always room for it
    }
    for (std::size_t axis = 0; axis < axes_.groups.size(); ++axis) {
        for (const std::size_t place : axes_.groups[axis].figures) {
            const OfferedFigure& figure = chosen_[place];
            std::string words = figure_name(*figure.figure);
            if (axes_.groups.size() > 1) {
                words += std::string(", ") + text::kAxisPlaces[axis];
            }
            if (!any_value(input, figure)) {
                words += std::string(": ") + text::kNoReadingShort;
            }
            legend_.push_back({std::move(words), place});
        }
    }
}

std::vector<float> FigurePlot::legend_widths(const Theme& theme, float most) const {
    std::vector<float> widths;
    for (const LegendEntry& entry : legend_) {
        const float chip = entry.figure == kNoFigure ? 0 : theme.px(kChip);
        widths.push_back(std::min(chip + text_size(theme.small, entry.words).x, most));
    }
    return widths;
}

float FigurePlot::legend_height(const PanelInput& input, float width, float room) {
    make_legend(input);
    if (legend_.empty() || !empty_.empty()) {
        return 0;
    }
    const Theme& theme = input.theme;
    const int lines = flow(legend_widths(theme, width), width, theme.px(kBetween),
                           [](std::size_t, float, int) {});
    const float line = line_height(theme);
    const float most = std::max(std::floor(kMostLegend * room / line), 1.0F);
    return is_map_ ? line : std::min(static_cast<float>(lines), most) * line;
}

void FigurePlot::draw_legend(const PanelInput& input, const Rect& rect) const {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const std::vector<float> widths = legend_widths(theme, rect.width);
    std::string said;
    (void)flow(widths, rect.width, theme.px(kBetween), [&](std::size_t i, float x, int row) {
        const LegendEntry& entry = legend_[i];
        const float line = line_height(theme);
        const ImVec2 at{rect.x + x, rect.y + static_cast<float>(row) * line};
        if (at.y + line > rect.bottom() + 1) {
            return; // the menu lists them all
        }
        const bool named = entry.figure != kNoFigure;
        const float chip = named ? theme.px(kChip) : 0;
        if (named) {
            const CurveShape shape = shape_of_figure(entry.figure);
            CurveStyle style;
            style.color = theme.palette->text;
            style.dashes = dashes_of(shape);
            style.marker = shape.marker;
            draw_chip(list, style, at, {chip - theme.px(6), theme.small->FontSize}, theme.scale,
                      theme.palette->panel, false);
        }
        draw_text(list, theme.small, {at.x + chip, at.y},
                  entry.warns ? theme.palette->warning : theme.palette->text,
                  fitted(theme.small, entry.words, widths[i] - chip + 1));
        said += (said.empty() ? "" : " | ") + entry.words;
    });
    input.log.fact("figure_legend", said);
}

void FigurePlot::draw_map(const PanelInput& input, const PlotFrame& frame) {
    if (!is_map_) {
        return;
    }
    map_.draw(input.theme, frame, *ImPlot::GetPlotDrawList());
    const ImVec2 mouse = ImGui::GetMousePos();
    told_ = map_.told(frame, mouse.x, mouse.y);
    input.log.fact("figure_map",
                   map_.empty() ? ""
                                : chosen_.front().figure->id + " x " + std::to_string(map_.rows()));
    input.log.fact("figure_map_told", told_);
}

void FigurePlot::draw(const PanelInput& input, PlotCurves& curves,
                      std::span<const PlotFrame> frames) {
    std::string said;
    for (const auto& run : input.book.runs()) {
        const EpochMap map(input.view.settings.x_unit, *run);
        if (!input.view.visible(run->id) || !map.usable()) {
            continue;
        }
        for (std::size_t axis = 0; axis < axes_.groups.size() && axis < frames.size(); ++axis) {
            const PlotFrame frame = frames[axis].with(map);
            for (const std::size_t place : axes_.groups[axis].figures) {
                const Series& series = curves_.of(*run, chosen_[place]);
                curves.draw_figure(input, *run, frame, series, shape_of_figure(place));
                if (input.log.on() && !series.empty()) {
                    said += (said.empty() ? "" : " ") + chosen_[place].figure->id + "/" +
                            std::to_string(static_cast<std::uint32_t>(run->id)) + ":" +
                            std::to_string(series.size());
                }
            }
        }
    }
    input.log.fact("figure_curves", said);
}

void figure_read_out(const PanelInput& input, std::int32_t epoch) {
    const RunRecord* run = input.selected();
    if (run == nullptr) {
        return;
    }
    const Theme& theme = input.theme;
    const auto offered = offered_instruments(input.book);
    const auto chosen = chosen_figures(offered, input.view.settings.figures);
    if (std::ranges::none_of(chosen, [&](const OfferedFigure& figure) {
            return figure.figure->axis == FigureAxis::kNone && has_reading(*run, figure);
        })) {
        return;
    }
    ImGui::Dummy({0, theme.px(4)});
    if (!ImGui::BeginTable("figures", 3, ImGuiTableFlags_SizingFixedFit)) {
        return;
    }
    std::string said;
    for (const OfferedFigure& figure : chosen) {
        const Reading reading = reading_at(*run, figure, epoch);
        if (figure.figure->axis != FigureAxis::kNone || reading.epoch < 0) {
            continue;
        }
        const double number = reading.number(figure.figure->id);
        const std::string value = std::isnan(number) ? text::kNoValue : text::value(number);
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        text_in(theme.small, theme.palette->muted, figure_name(*figure.figure));
        ImGui::TableNextColumn();
        text_in(theme.mono, theme.palette->text, value);
        ImGui::TableNextColumn();
        text_in(theme.small, theme.palette->muted, text::kReadAt + text::grouped(reading.epoch));
        said += (said.empty() ? "" : " | ") + figure.figure->id + " " + value + " at " +
                std::to_string(reading.epoch);
    }
    ImGui::EndTable();
    input.log.fact("read_out_figures", said);
}

} // namespace grokscope::ui
