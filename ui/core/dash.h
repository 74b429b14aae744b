// Splits a polyline given in pixels into dashes and finds where markers sit. Arithmetic only.
#pragma once

#include "ui/core/rect.h"

#include <span>
#include <vector>

namespace grokscope::ui {

struct Pixel {
    float x = 0;
    float y = 0;
};

/// Straight pieces of ink, in drawing order: runs of points that belong together.
struct Strokes {
    std::vector<Pixel> points;
    /// Start index in `points` of each stroke.
    std::vector<std::size_t> starts;

    void clear() {
        points.clear();
        starts.clear();
    }
    [[nodiscard]] std::span<const Pixel> stroke(std::size_t index) const {
        const std::size_t end = index + 1 < starts.size() ? starts[index + 1] : points.size();
        return std::span(points).subspan(starts[index], end - starts[index]);
    }
};

/// Cuts off what of `line` lies beside [left, right], so that what is then made of each pixel of it
/// has an end: a piece that crosses an edge ends there, what goes back and forth outside is put on
/// the edge. All coordinates are finite.
void clip_columns(std::vector<Pixel>& line, float left, float right);

/// Drops points of `line` (x not decreasing) so that what is left runs within `tolerance` pixels of
/// every dropped one, measured vertically; first and last stay. A software renderer pays for each
/// piece of a curve, and most of a smooth one says nothing new.
void simplify(std::vector<Pixel>& line, float tolerance);

/// How many times longer the dashes of a line of this thickness are than those of a thin one, both
/// in pixels, at `scale`: spaces shorter than a line is thick close up.
[[nodiscard]] float dash_stretch(float thickness, float scale);

/// Adds `line` (x not decreasing) to `out` as dashes. `pattern`: ink and space in turn, in pixels
/// along x; empty is solid. The pattern begins at x = `anchor`, so that it moves with the data and
/// does not crawl. What climbs or falls at more than 45 degrees by more than the longest space is
/// solid: a jump must not fall into a space. Less is the roughness of a curve, and dashed.
void append_dashes(std::span<const Pixel> line, std::span<const float> pattern, float anchor,
                   Strokes& out);

/// Points on `line` at x = anchor + n * spacing.
void append_marker_positions(std::span<const Pixel> line, float anchor, float spacing,
                             std::vector<Pixel>& out);

/// Moves boxes of height `height`, wanted at vertical centres `centers`, apart so that none
/// overlaps its neighbour and all stay within [top, bottom] while there is room. Order by wanted
/// position is kept. Returns the new centres, same order as given.
[[nodiscard]] std::vector<float> spread_labels(std::span<const float> centers, float height,
                                               float top, float bottom);

/// The same for boxes of one height: those that share some x, be it through others, are a column.
void spread_columns(std::span<Rect> boxes, float top, float bottom);

} // namespace grokscope::ui
