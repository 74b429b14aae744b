// Where each part of the window lies (ui.md section 5): arithmetic on the window's size.
#pragma once

#include "ui/rect.h"

#include <array>

namespace grokscope::ui {

/// How the user divided the window, as shares of 1; clamped when used.
struct LayoutShares {
    float left = 0.18F;
    float right = 0.32F;
    /// Height of the wavetable within the right column.
    float wavetable = 0.52F;
    /// Heights of the three plots; normalised when used.
    std::array<float, 3> plots{0.38F, 0.34F, 0.28F};
    friend bool operator==(const LayoutShares&, const LayoutShares&) = default;
};

struct Layout {
    Rect strip;
    Rect runs; ///< width 0 when folded
    Rect plots;
    Rect timeline;
    Rect wavetable; ///< width 0 when it is a tab beside the plots, or hidden
    Rect circle;
    Rect status;
    /// Splitters: left column | plots, plots | right column, wavetable / circle. Width 0: none.
    Rect left_splitter;
    Rect right_splitter;
    Rect picture_splitter;
    /// Under 1,200 px the two pictures are a tab beside the plots.
    bool pictures_as_tab = false;
    /// Under 900 px the run list folds to a line of chips under the strip.
    bool runs_folded = false;
    Rect chips;
};

/// Divides a window of `width` x `height` pixels at `scale` (1 is 100 %). `side_columns` false
/// leaves the plots alone.
[[nodiscard]] Layout lay_out(float width, float height, float scale, const LayoutShares& shares,
                             bool side_columns);

/// The same for a picture without controls: plots and, where there is room, the right column.
[[nodiscard]] Layout lay_out_bare(float width, float height, float scale,
                                  const LayoutShares& shares);

} // namespace grokscope::ui
