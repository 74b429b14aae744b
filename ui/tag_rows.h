// Rows of small boxes over a plot, none on another: where the names of events and notes find room.
// Arithmetic only.
#pragma once

#include "ui/rect.h"

#include <optional>
#include <span>
#include <vector>

namespace grokscope::ui {

/// What is taken of each row is kept by row, so that finding a place costs as little with thousands
/// of boxes as with ten.
class TagRows {
public:
    /// Rows of this height, `step` apart, from `top` down to the foot of `area`; nothing is put on
    /// `taken`.
    TagRows(const Rect& area, float top, float height, float step, std::span<const Rect> taken);

    /// Where a box of this width stands that belongs to a line at `x`: right of it, else left of
    /// it, else, where it leaves the area on both sides, as far to the right as it can be; in the
    /// highest free row. Nothing where there is no such place.
    [[nodiscard]] std::optional<Rect> place(float x, float width) const;

    /// `box`, as place() gave it, is taken from now on, and `gap` pixels at its right.
    void take(const Rect& box, float gap);

private:
    struct Span {
        float left;
        float right;
    };

    [[nodiscard]] std::optional<Rect> highest(float left, float width) const;

    Rect area_;
    float top_;
    float height_;
    float step_;
    std::vector<std::vector<Span>> rows_;
};

} // namespace grokscope::ui
