// Where each part of the window lies (ui.md section 5): arithmetic on the window's size.
#pragma once

#include "ui/core/rect.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace grokscope::ui {

/// What can be docked in one of the window's four places.
enum class Panel : std::uint8_t { kRuns, kCurves, kWavetable, kInside };
inline constexpr std::size_t kPanels = 4;
/// Which panel lies left, in the middle, at the upper and at the lower right.
using Places = std::array<Panel, kPanels>;
inline constexpr Places kFactoryPlaces{Panel::kRuns, Panel::kCurves, Panel::kWavetable,
                                       Panel::kInside};

/// `places` with these two panels in each other's place.
[[nodiscard]] Places swapped(Places places, Panel one, Panel other);
/// `places` with this panel in the next place, and the one that was there in its own.
[[nodiscard]] Places moved_on(const Places& places, Panel panel);
/// Each panel has one place.
[[nodiscard]] bool complete(const Places& places);

/// How the user divided the window, as shares of 1; clamped when used.
struct LayoutShares {
    float left = 0.18F;
    float right = 0.32F;
    /// Height of the wavetable within the right column.
    float wavetable = 0.52F;
    /// Heights of the three plots; normalised when used.
    std::array<float, 3> plots{0.38F, 0.34F, 0.28F};
    Places places = kFactoryPlaces;
    friend bool operator==(const LayoutShares&, const LayoutShares&) = default;
};

struct Layout {
    Rect strip;
    /// The four panels, wherever they are docked; width 0 where one is folded, hidden or a tab.
    Rect runs;
    Rect plots;
    Rect wavetable;
    Rect circle;
    /// The place in the middle, whichever panel it holds, and what stays under it.
    Rect middle;
    Rect timeline; ///< both of height 0 in a low window
    Rect status;
    /// All four panels are shown, so that they can change places. In a narrow window they lie as
    /// delivered.
    bool movable = false;
    /// In a tall narrow window the two pictures stand side by side under the plots.
    bool pictures_below = false;
    /// Splitters: left column | plots, plots | right column, wavetable / circle. Width 0: none.
    Rect left_splitter;
    Rect right_splitter;
    Rect picture_splitter;
    /// Under 1,200 px the two pictures are a tab beside the plots, unless they fit below.
    bool pictures_as_tab = false;
    /// Under 900 px the run list folds to a line of chips under the strip.
    bool runs_folded = false;
    Rect chips;
    /// The buttons that add a run, under the chips of a tall window; height 0 elsewhere.
    Rect adding;
};

/// Lines of buttons in `Layout::adding`, for a width in pixels.
[[nodiscard]] int adding_lines(float width, float scale);

/// Divides a window of `width` x `height` pixels at `scale` (1 is 100 %). `side_columns` false
/// leaves the plots alone.
[[nodiscard]] Layout lay_out(float width, float height, float scale, const LayoutShares& shares,
                             bool side_columns);

/// The same for a picture without controls: plots and, where there is room, the right column.
[[nodiscard]] Layout lay_out_bare(float width, float height, float scale,
                                  const LayoutShares& shares);

} // namespace grokscope::ui
