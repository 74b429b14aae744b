// The pictures of depth: heads of all layers at one reading, and under them on the same axis
// accuracy while layers are skipped. The heads over the epochs are in depth_strip.h. Threads: main
// thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"
#include "ui/views/depth/depth.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace grokscope::ui {

/// The layers of both pictures, 0 at the left: a column is the same layer in each.
struct LayerAxis {
    float left = 0;
    float column = 1; ///< width of one layer
    int layers = 1;

    [[nodiscard]] float right() const { return left + column * static_cast<float>(layers); }
    [[nodiscard]] float middle(int layer) const {
        return left + column * (static_cast<float>(layer) + 0.5F);
    }
    [[nodiscard]] int at(float x) const;
};

/// Width of the names left of the axis, and of the scale and the names of curves right of it.
[[nodiscard]] float depth_names_left(const Theme& theme);
[[nodiscard]] float depth_names_right(const Theme& theme);

/// The cells of the map within `area`, whose first line is for its title.
[[nodiscard]] Rect head_cells(const Theme& theme, const Rect& area, const LayerAxis& axis,
                              int heads);
/// Height that the map needs at most, with its title and the numbers of the layers.
[[nodiscard]] float tallest_head_map(const Theme& theme, int heads);

/// What of a picture of depth is under the mouse.
struct DepthHover {
    std::optional<HeadPlace> head;
    std::size_t reading = 0;           ///< of `mediated`
    std::optional<std::int32_t> epoch; ///< in the strip
};

/// The map of that reading, its title, names, and what colours mean.
[[nodiscard]] std::optional<DepthHover> draw_head_map(const PanelInput& input, const Rect& area,
                                                      const LayerAxis& axis, const Depth& depth,
                                                      std::size_t reading, const Ablation& ablation,
                                                      const std::optional<ImVec2>& mouse);

/// Accuracy by the first layer that is skipped. The window under `mouse`, if any.
[[nodiscard]] std::optional<int> draw_skip_curves(const PanelInput& input, const Rect& area,
                                                  const LayerAxis& axis, const Depth& depth,
                                                  std::span<const SkipCurve> curves,
                                                  const std::optional<ImVec2>& mouse);

/// What the pictures share: a score over the largest of the run, -1..1; a short stroke in a cell of
/// that colour below 0, told without colour, nothing where it has no room or is hardly there; and
/// the line over a picture.
[[nodiscard]] double depth_share(const Depth& depth, HeadScore score, double value);
void mark_negative(const PanelInput& input, ImDrawList& list, const Rect& cell, double share,
                   const Color& ground);
void put_depth_title(const PanelInput& input, ImDrawList& list, const Rect& area,
                     const std::string& words);
[[nodiscard]] float depth_title_height(const Theme& theme);

} // namespace grokscope::ui
