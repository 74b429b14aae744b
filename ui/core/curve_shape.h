// Dash and marker of a curve, without its colour: what tells curves apart in a grey picture. Pure
// arithmetic: no ImGui.
#pragma once

#include "engine/protocol/config.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace grokscope::ui {

enum class MarkerShape : std::uint8_t {
    kNone,
    kCircle,
    kSquare,
    kTriangleUp,
    kDiamond,
    kTriangleDown,
    kPlus,
    kCross
};

struct CurveShape {
    /// Which of the seven patterns of ink and space; 0 is solid.
    std::uint8_t dash = 0;
    MarkerShape marker = MarkerShape::kNone;
    friend constexpr bool operator==(const CurveShape&, const CurveShape&) = default;
};

/// Of the two parts of a test curve; thin, without a marker.
inline constexpr CurveShape kMirroredShape{2, MarkerShape::kNone};
inline constexpr CurveShape kNewShape{6, MarkerShape::kNone};

/// The curves of one run in the plot of progress measures.
enum class Measure : std::uint8_t {
    kRestricted,
    kExcluded,
    kFull,
    kGiniLogits,
    kGiniEmbedding,
    kSumSquares
};

/// Lengths of ink and space in turn, in pixels at scale 1; empty is solid.
[[nodiscard]] std::span<const float> dashes_of(const CurveShape& shape);

/// The shape of a stencil that no other run took before: one for each of the eight of {-1,0,+1}; a
/// pair that none of these has for the others.
[[nodiscard]] CurveShape shape_of(const Stencil& stencil);

/// The same of a run: its stencil's, or one of others where rules of a rival act.
[[nodiscard]] CurveShape shape_of(const RunConfig& config);

/// The shape of a measure where all have the colour of one run: no two share dash or marker.
[[nodiscard]] CurveShape shape_of(Measure measure);

/// The shape of the nth of at most kMostFigures figures, likewise.
[[nodiscard]] CurveShape shape_of_figure(std::size_t n);

/// A shape for one more run whose own this is: that unless it is `taken`, else one of 42 that
/// none of the eight stencils has, beginning with another dash. When all are taken, one that the
/// fewest have.
[[nodiscard]] CurveShape free_shape(const CurveShape& own, std::span<const CurveShape> taken);

} // namespace grokscope::ui
