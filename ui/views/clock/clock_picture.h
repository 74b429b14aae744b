// What the clock view is made of: a dial with its hands, the curve a frequency adds to the logits,
// and the sum of all (science.md section 5).
// Threads: main thread only.
#pragma once

#include "engine/protocol/inspect.h"
#include "ui/core/palette.h"
#include "ui/core/rect.h"
#include "ui/kit/theme.h"

#include <span>

namespace grokscope::ui {

/// Colours of the two summands' hands, in both themes; the sum has the accent.
[[nodiscard]] Color hand_color_a(const Theme& theme);
[[nodiscard]] Color hand_color_b(const Theme& theme);

/// A dial for one frequency into the square middle of `area`: angle 0 to the right, growing
/// upwards, as in the circle view. Hands at the angles of a, of b and of the answer; the model's
/// own hand as a pointer on the rim; where W_E has the two numbers as dots. A stroke around it for
/// each of the `order` elements of the group, if they fit.
void draw_dial(ImDrawList& list, const Theme& theme, const Rect& area, const ClockReading& clock,
               Operation operation, int order);

/// Heights of the classes over `area`, zero in its middle and `largest` at its upper edge, as one
/// line.
struct ClassCurve {
    std::span<const float> values;
    Color color;
    float thickness = 1.5F; ///< pixels at 100 %
};
void draw_class_curve(ImDrawList& list, const Theme& theme, const Rect& area,
                      const ClassCurve& curve, float largest);

/// The same as one stick from zero for each class.
void draw_class_sticks(ImDrawList& list, const Theme& theme, const Rect& area,
                       const ClassCurve& curve, float largest);

/// The same as one dot for each class; `thickness` is its diameter.
void draw_class_dots(ImDrawList& list, const Theme& theme, const Rect& area,
                     const ClassCurve& curve, float largest);

/// Upright line at class `c` of `classes`.
void draw_class_mark(ImDrawList& list, const Theme& theme, const Rect& area, int c, int classes,
                     const Color& color);

/// Horizontal middle of class `c` within `area`.
[[nodiscard]] float class_x(const Rect& area, int c, int classes);

} // namespace grokscope::ui
