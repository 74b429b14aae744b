// Paints a series into a plot whose axes are known in pixels: decimated, dashed, with markers.
// ImPlot's own lines have no dashes (0.17), so these go into its draw list directly.
// Threads: main thread only.
#pragma once

#include "ui/dash.h"
#include "ui/epoch_map.h"
#include "ui/icons.h"
#include "ui/palette.h"
#include "ui/rect.h"
#include "ui/series.h"

#include <imgui.h>

#include <optional>
#include <vector>

namespace grokscope::ui {

/// A plot's axes and where they lie in the window.
struct PlotFrame {
    Rect area;
    double x_min = 0;
    double x_max = 1;
    double y_min = 0;
    double y_max = 1;
    bool log_x = false;
    bool log_y = false;

    /// Turns epochs into units of the axis; null: it counts epochs.
    const EpochMap* map = nullptr;

    /// The same frame for a run with this map, which outlives the result.
    [[nodiscard]] PlotFrame with(const EpochMap& of_run) const {
        PlotFrame frame = *this;
        frame.map = &of_run;
        return frame;
    }
    /// Pixel of an epoch.
    [[nodiscard]] float x_of(double epoch) const;
    [[nodiscard]] float y_of(double y) const;
    /// Epoch at a pixel.
    [[nodiscard]] double x_at(float pixel) const;
};

struct CurveLook {
    CurveStyle style;
    /// Pixels.
    float thickness = 2;
    float alpha = 1;
    /// Length of the style's dashes, 1 at 100 %.
    float scale = 1;
    bool markers = true;
    /// A line within in the ground's colour: two thin ones side by side.
    bool hollow = false;
};

/// Where a curve ends on screen, for its label.
struct CurveEnd {
    Pixel at;
    bool any = false;
};

/// Fills what lies between two series of the same epochs, column by column; clipping is the
/// caller's.
void paint_band(ImDrawList& list, const PlotFrame& frame, const Series& low, const Series& high,
                const Color& color);

/// Keeps its buffers from curve to curve. One per plot stack.
class CurvePainter {
public:
    /// Draws what of `series` lies in `frame`; clipping is the caller's. On a logarithmic axis
    /// values at or below kLogFloor are drawn at it, with a mark on the lower edge.
    CurveEnd paint(ImDrawList& list, const PlotFrame& frame, const Series& series,
                   const CurveLook& look, const Color& background);

private:
    DecimatedCurve curve_;
    std::vector<Pixel> line_;
    std::vector<Pixel> markers_;
    std::vector<ImVec2> points_;
    Strokes strokes_;
};

} // namespace grokscope::ui
