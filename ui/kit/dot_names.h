// Where names stand in pictures of dots and lines: on no dot, and on as few lines as can be.
// Arithmetic only.
#pragma once

#include "ui/core/dash.h"
#include "ui/core/rect.h"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace grokscope::ui {

/// A closed line through dots, in pixels.
struct DotRing {
    std::span<const Pixel> dots;
    std::span<const int> sequence; ///< indices of dots, in the order in which lines join them
    float radius = 1;              ///< of a dot with its outline
    Pixel centre;                  ///< away from it is where a name belongs
    float gap = 1;                 ///< least space between a name and what it is kept from
};

struct DotName {
    std::size_t dot = 0;
    float width = 0; ///< pixels, as `height`
    float height = 0;
};

/// A place for each of `names`, earlier ones first, within `area`: outside the ring rather than
/// inside, on few lines, never on a dot, on another name or on what is
/// `taken`. Nothing for a name that has no such place.
[[nodiscard]] std::vector<std::optional<Rect>> place_dot_names(const DotRing& ring,
                                                               std::span<const DotName> names,
                                                               const Rect& area,
                                                               std::vector<Rect> taken);

/// What a name is to keep clear of, in pixels.
struct Obstacles {
    std::vector<Pixel> dots;
    std::vector<std::pair<Pixel, Pixel>> lines;
};
/// Pixels from `at` to the nearest of them.
[[nodiscard]] float clearance(const Obstacles& obstacles, Pixel at);
/// The first of `places` with a clearance of `enough`, else the one with the most. There is one.
[[nodiscard]] Pixel freest(std::span<const Pixel> places, const Obstacles& obstacles, float enough);

} // namespace grokscope::ui
