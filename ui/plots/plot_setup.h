// The axes of a plot as ImPlot is told them, between BeginPlot and SetupFinish.
// Threads: main thread only.
#pragma once

#include "ui/kit/curve_painter.h"
#include "ui/kit/panel_input.h"

#include <implot.h>

#include <cstddef>
#include <span>
#include <vector>

namespace grokscope::ui {

/// ImPlot's number of the value axis at `index`, from the left.
[[nodiscard]] ImAxis value_axis(std::size_t index);
/// The plot that is open, by each of its value axes; one for a plot without any of the view's.
/// `map` outlives the result.
[[nodiscard]] std::vector<PlotFrame> frames_of(bool log_x, std::span<const ValueAxis> axes,
                                               const EpochMap& map);

/// The shared x axis of a plot that is `width` pixels wide; `flags` are ImPlot's.
void set_up_epochs(const PanelInput& input, float width, ImPlotAxisFlags flags);
/// A value axis of a plot that is `height` pixels high, linked to `axis`, which outlives the plot.
void set_up_values(const Theme& theme, ImAxis which, ValueAxis& axis, float height);
/// The left axis from 0 % to 100 %, with as many figures as stand apart.
void set_up_shares(const Theme& theme, float height);

} // namespace grokscope::ui
