// Paints a series into a plot whose axes are known in pixels: decimated, dashed, with markers.
// ImPlot's own lines have no dashes (0.17), so these go into its draw list directly.
// Threads: main thread only.
#pragma once

#include "ui/core/dash.h"
#include "ui/core/epoch_map.h"
#include "ui/core/palette.h"
#include "ui/core/rect.h"
#include "ui/core/series.h"
#include "ui/kit/icons.h"

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

/// Whether a mark with its middle there belongs into a plot of that area.
[[nodiscard]] inline bool marks_plot(const Rect& area, ImVec2 at) {
    constexpr float kOnEdge = 0.5F;
    return at.x >= area.x - kOnEdge && at.x <= area.right() + kOnEdge && at.y >= area.y - kOnEdge &&
           at.y <= area.bottom() + kOnEdge;
}

/// While it lives, what is drawn into the plot of that area may stand out of it by `room`, so that
/// marks at its edge are whole.
class RoomForMarks {
public:
    RoomForMarks(ImDrawList& list, const Rect& area, float room) : list_(list) {
        list_.PushClipRect({area.x - room, area.y - room},
                           {area.right() + room, area.bottom() + room});
    }
    ~RoomForMarks() { list_.PopClipRect(); }
    RoomForMarks(const RoomForMarks&) = delete;
    RoomForMarks& operator=(const RoomForMarks&) = delete;

private:
    ImDrawList& list_;
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
    /// Draws what of `series` lies in `frame`; clipping is the caller's, but what marks a place of
    /// the plot is whole, also at its edge. On a logarithmic axis values at or below kLogFloor are
    /// drawn at it, with a mark on the lower edge.
    CurveEnd paint(ImDrawList& list, const PlotFrame& frame, const Series& series,
                   const CurveLook& look, const Color& background);

private:
    /// Takes the curve apart into strokes and marks. Returns where it ends.
    CurveEnd take_apart(const PlotFrame& frame, const CurveLook& look);
    void stroke_all(ImDrawList& list, ImU32 ink, float thickness);
    void draw_marks(ImDrawList& list, const PlotFrame& frame, const CurveLook& look,
                    const Color& background) const;

    DecimatedCurve curve_;
    std::vector<Pixel> line_;
    std::vector<Pixel> markers_;
    std::vector<Pixel> lone_;  ///< points without a neighbour
    std::vector<Pixel> below_; ///< values that lie under the axis
    std::vector<ImVec2> points_;
    Strokes strokes_;
};

} // namespace grokscope::ui
