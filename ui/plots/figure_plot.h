// The figures of the user's choice in the third plot: their axes, curves, legend, and what is said
// where there is nothing to draw.
// Threads: main thread only.
#pragma once

#include "ui/core/figure_choice.h"
#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"
#include "ui/plots/figure_curves.h"
#include "ui/plots/figure_heat_map.h"
#include "ui/plots/plot_curves.h"

#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

class FigurePlot {
public:
    /// Once per frame, before the plots: looks up what is chosen and lets its axes hold it.
    void prepare(const PanelInput& input);

    /// One figure that is many numbers is shown, of the selected run.
    [[nodiscard]] bool is_map() const { return is_map_; }
    [[nodiscard]] const FigureHeatMap& map() const { return map_; }
    /// As many value axes as figures need, from the left; they are the view's. A map has none.
    [[nodiscard]] std::span<ValueAxis> value_axes(ViewState& view) const;
    /// Why there is no curve, and what brings one; empty when there is one.
    [[nodiscard]] const std::string& empty() const { return empty_; }
    /// Height that the legend takes over a plot of this width, in pixels; 0 where it would leave
    /// too little of `room`.
    [[nodiscard]] float legend_height(const PanelInput& input, float width, float room);
    /// Which dash is which figure, on which axis, and what is not drawn and why.
    void draw_legend(const PanelInput& input, const Rect& rect) const;
    /// The map into the plot that is open, and what is told of it under the mouse; nothing while
    /// curves are shown.
    void draw_map(const PanelInput& input, const PlotFrame& frame);
    /// The curves of every visible run into the plot that is open; `frames`: one for each axis.
    void draw(const PanelInput& input, PlotCurves& curves, std::span<const PlotFrame> frames);

private:
    static constexpr std::size_t kNoFigure = kMostFigures;
    struct LegendEntry {
        std::string words;
        std::size_t figure = kNoFigure; ///< place in `chosen_`; kNoFigure: words alone
        bool warns = false;
    };

    [[nodiscard]] std::string why_empty(const PanelInput& input);
    /// Whether the run has a value of it.
    [[nodiscard]] bool has_value(const RunRecord& run, const OfferedFigure& figure);
    /// Whether a visible run has.
    [[nodiscard]] bool any_value(const PanelInput& input, const OfferedFigure& figure);
    void make_legend(const PanelInput& input);
    [[nodiscard]] std::vector<float> legend_widths(const Theme& theme, float most) const;

    std::vector<const InstrumentSpec*> offered_;
    std::vector<OfferedFigure> chosen_;
    bool is_map_ = false;
    FigureHeatMap map_;
    std::string told_; ///< of the map under the mouse, in the last frame
    FigureAxes axes_;
    FigureCurves curves_;
    std::string empty_;
    std::vector<LegendEntry> legend_; ///< as of the last legend_height()
};

/// The figures that are chosen, of the selected run, in the read-out under the mouse: each with its
/// unit and the epoch at which it was read. Adds nothing where there is none.
void figure_read_out(const PanelInput& input, std::int32_t epoch);

} // namespace grokscope::ui
