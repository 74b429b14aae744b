// The curves of the runs in one plot, with the names at their ends.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/panel_input.h"
#include "ui/plots/empty_plot.h"
#include "ui/plots/seed_bands.h"
#include "ui/plots/smoothed_curves.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

/// Draws into the plot that ImPlot has open. One object serves every plot of a window, one after
/// the other, so that a hovered run is the nearest over all of them.
class PlotCurves {
public:
    /// Once per frame, before the first plot.
    void prepare(const PanelInput& input);
    /// Room that the names want at the right of a plot, in pixels.
    [[nodiscard]] static float label_room(const PanelInput& input);
    /// Every visible run, by its own epoch map where the axis does not count epochs; `frame` is
    /// that of the selected run. Tells the view which run is under the mouse.
    void draw(const PanelInput& input, PlotKind kind, const PlotFrame& selected_frame);
    /// One curve of a figure of that run, without a name.
    void draw_figure(const PanelInput& input, const RunRecord& run, const PlotFrame& frame,
                     const Series& series, const CurveShape& shape);
    /// Finds the places of the names of the curves drawn last: at their ends, none on another, none
    /// beyond `right_limit` (pixels). Valid until the next draw().
    std::span<const Rect> place_labels(const PanelInput& input, const PlotFrame& frame,
                                       float right_limit);
    /// Those names, after the plot is closed.
    void draw_labels(const PanelInput& input);

private:
    struct EndLabel {
        Pixel at;
        CurveStyle style;
        std::string text;
        bool hollow = false;
        float thickness = 0;
        bool shown = false;
    };
    /// How one curve of a run is drawn and named.
    struct Curve {
        const Series& series;
        bool thick = true;
        /// At its end; mostly empty.
        std::string label = {};
        /// In place of that of the run.
        std::optional<CurveShape> shape = {};
    };

    void draw_bands(const PanelInput& input, PlotKind kind, const PlotFrame& frame);
    /// The probes of one run; `name` is empty where it is the only one. In a crowd they share a
    /// name.
    void draw_mismatch(const PanelInput& input, const RunRecord& run, const PlotFrame& frame,
                       const std::string& name, bool crowded);
    void draw_curve(const PanelInput& input, const RunRecord& run, const PlotFrame& frame,
                    Curve curve);
    void draw_hovered_value(const PanelInput& input, const PlotFrame& frame, const Series& series,
                            const CurveLook& look);

    CurvePainter painter_;
    SmoothedCurves smoothed_;
    SeedBands bands_;
    std::vector<EndLabel> labels_;
    /// Of each label that has room, in their order.
    std::vector<Rect> places_;
    /// Nearest curve to the mouse found so far in this frame, in pixels.
    float nearest_curve_ = 0;
};

} // namespace grokscope::ui
