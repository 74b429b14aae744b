// The middle column: accuracy, loss and a third plot over one epoch axis.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"
#include "ui/plots/empty_plot.h"
#include "ui/plots/figure_plot.h"
#include "ui/plots/plot_curves.h"

#include <array>
#include <cstddef>
#include <span>

namespace grokscope::ui {

class PlotStack {
public:
    /// Draws into `rect` of the current ImGui window.
    void draw(const PanelInput& input, const Rect& rect);
    /// One plot alone, for presenter mode.
    void draw_accuracy(const PanelInput& input, const Rect& rect);
    void draw_loss(const PanelInput& input, const Rect& rect);

private:
    using Kind = PlotKind;

    /// What a plot remembers from the last frame: ImPlot tells only after the fact.
    struct PlotMemory {
        Rect area;
        std::array<bool, kMostFigureAxes> y_axis_hovered{};
    };

    [[nodiscard]] static const char* name_of(Kind kind);
    /// Once per frame, before the first plot.
    void prepare(const PanelInput& input);
    void draw_alone(const PanelInput& input, Kind kind, const Rect& rect);
    void draw_header(const PanelInput& input, Kind kind, const Rect& rect);
    void draw_plot(const PanelInput& input, Kind kind, std::size_t slot, const Rect& room,
                   bool lowest);
    /// The value axes of a plot, from the left; none where it shows shares.
    [[nodiscard]] std::span<ValueAxis> value_axes(const PanelInput& input, Kind kind) const;
    void set_up_value_axes(const PanelInput& input, Kind kind, std::span<ValueAxis> axes,
                           const PlotMemory& memory, float height) const;
    void handle_mouse(const PanelInput& input, Kind kind, const PlotFrame& frame, bool hovered);

    PlotCurves curves_;
    FigurePlot figures_;
    std::array<PlotMemory, 3> memory_;
    bool dragging_cursor_ = false;
    bool pressed_in_plot_ = false;
    EpochCursor cursor_before_click_;
    /// Room for labels at the right of the plots, in pixels.
    float gutter_ = 0;
};

} // namespace grokscope::ui
