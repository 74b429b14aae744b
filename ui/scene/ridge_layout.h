// Where a spectrum row stands in the ridge picture: an oblique projection, and its inverse.
// Pure arithmetic: no GL, no ImGui.
#pragma once

#include "ui/core/view_state.h"
#include "ui/gl/size.h"
#include "ui/scene/ridge_curve.h"
#include "ui/scene/spectrum_rows.h"

#include <optional>

namespace grokscope::ui {

/// A position in the picture, in pixels from its bottom left corner.
struct PicturePoint {
    float x = 0;
    float y = 0;
    friend bool operator==(const PicturePoint&, const PicturePoint&) = default;
};

/// Free space around the ridges, pixels.
struct Margins {
    float left = 0;
    float right = 0;
    float top = 0;
    float bottom = 0;
    friend bool operator==(const Margins&, const Margins&) = default;
};

/// The projection x = x0 + k*across + place*step.x, y = y0 + place*step.y + height*value; place 0
/// is the oldest row, at the back.
struct RidgeLayout {
    gl::Size size;
    int frequencies = 2;
    int slots = 32;
    int steps = 1;       ///< points of a curve from one frequency to the next
    PicturePoint origin; ///< frequency 1, height 0, place 0
    float across = 1;    ///< pixels from one frequency to the next
    PicturePoint step;   ///< pixels from one place to the next; y is negative: downwards
    float height = 1;    ///< pixels of height 1

    /// `frequency` 1..frequencies, `place` 0..slots-1, `value` a height 0..1.
    [[nodiscard]] PicturePoint at(float frequency, float place, float value) const {
        return {origin.x + (frequency - 1) * across + place * step.x,
                origin.y + place * step.y + value * height};
    }
    [[nodiscard]] int points() const { return curve_points(frequencies, steps); }
    friend bool operator==(const RidgeLayout&, const RidgeLayout&) = default;
};

/// Lays the picture out. tilt 0 (almost from the front) to 1 (almost from above), shear -1 to 1
/// (the back moved left or right); both are clamped, and rows keep their order at any value.
[[nodiscard]] RidgeLayout lay_out_ridges(gl::Size size, const Margins& margins, int frequencies,
                                         int slots, float tilt, float shear);

/// Makes full height as tall as the rows allow without leaving the picture: early rows, at the
/// back, are seldom near it. In steps, so that new rows rarely change it.
void fit_height(RidgeLayout& layout, const Margins& margins, const SpectrumRows& rows,
                float reference, WavetableScale scale);

/// How many rows fit into the picture so that each keeps about `spacing` pixels: a multiple of 32
/// from 64 to 512.
[[nodiscard]] int ridge_capacity(gl::Size size, const Margins& margins, float tilt, float spacing);

/// A row and a frequency under the mouse.
struct RidgeHit {
    int row = 0;
    int frequency = 1;
};

/// What is visible at `point`: the front row whose curtain covers it. Nothing beside the ridges and
/// in the empty air above them.
[[nodiscard]] std::optional<RidgeHit> pick_ridge(const RidgeLayout& layout,
                                                 const SpectrumRows& rows, float reference,
                                                 WavetableScale scale, PicturePoint point);

} // namespace grokscope::ui
