// What a plot says while it has nothing to draw.
#pragma once

#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// The plots of the middle column.
enum class PlotKind : std::uint8_t { kAccuracy, kLoss, kMismatch, kProgress, kFigures };

/// Why no run has a curve in that plot, and what brings one; null when there is a curve. A zoom
/// that leaves all curves outside is no reason. Not of kFigures: FigurePlot::empty().
[[nodiscard]] const char* empty_sentence(const PanelInput& input, PlotKind kind);

} // namespace grokscope::ui
