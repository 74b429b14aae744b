// Colour, dash and marker of every stencil, and the window's own colours, for both themes. Pure
// arithmetic: no ImGui.
#pragma once

#include "engine/protocol/stencil.h"
#include "ui/core/curve_shape.h"
#include "ui/core/view_state.h"

#include <cstdint>
#include <span>

namespace grokscope::ui {

/// sRGB, straight alpha, each 0..1.
struct Color {
    float r = 0;
    float g = 0;
    float b = 0;
    float a = 1;

    [[nodiscard]] constexpr Color with_alpha(float alpha) const { return {r, g, b, alpha}; }
    friend constexpr bool operator==(const Color&, const Color&) = default;
};

/// 0xRRGGBB as a colour.
[[nodiscard]] constexpr Color rgb(std::uint32_t hex) {
    return {static_cast<float>((hex >> 16) & 0xff) / 255.0F,
            static_cast<float>((hex >> 8) & 0xff) / 255.0F, static_cast<float>(hex & 0xff) / 255.0F,
            1.0F};
}

/// `share` of `over` on `under`, 0..1, in sRGB.
[[nodiscard]] Color mix(const Color& under, const Color& over, float share);
/// WCAG 2 relative luminance, 0..1.
[[nodiscard]] double luminance(const Color& color);
/// WCAG 2 contrast ratio of two opaque colours, 1..21.
[[nodiscard]] double contrast(const Color& one, const Color& other);
/// Cyclic hue of even lightness for position `turn` (0..1) on a ring.
[[nodiscard]] Color ring_color(float turn, ThemeKind theme);
/// Sequential map, 0..1: blue to yellow, lightness even (dark to light).
[[nodiscard]] Color heat_color(float value);
/// Diverging map, -1..1: at 0 the ground of panels, from there to violet below and amber above, the
/// further the stronger.
[[nodiscard]] Color diverging_color(float value, ThemeKind theme);
/// Black or white, whichever is read better on that.
[[nodiscard]] Color ink_on(const Color& ground);

/// How the curves of a stencil look in one theme.
struct CurveStyle {
    Color color;
    /// Lengths of ink and space in turn, in pixels at scale 1; empty is solid.
    std::span<const float> dashes;
    MarkerShape marker = MarkerShape::kNone;
    /// Draw a 1 px darker line around it: its contrast to the background is under 3:1.
    bool casing = false;
};

/// Look of a stencil's curves (ui.md 6.7). A stencil other than the eight of {-1,0,+1} takes the
/// colour of its signs (offsets below, at, above zero), and a dash and marker of its own.
[[nodiscard]] CurveStyle curve_style(const Stencil& stencil, ThemeKind theme);
/// The same with a dash and marker other than its own.
[[nodiscard]] CurveStyle curve_style(const Stencil& stencil, const CurveShape& shape,
                                     ThemeKind theme);

/// Look of a run's curves: its stencil's, or, where rules of a rival act, a colour of their own
/// from a ring of even lightness.
[[nodiscard]] CurveStyle curve_style(const RunConfig& config, ThemeKind theme);
[[nodiscard]] CurveStyle curve_style(const RunConfig& config, const CurveShape& shape,
                                     ThemeKind theme);

/// Whether curves and chips of this colour need a dark line around them to stand out: on buttons,
/// the darker ground of a light theme.
[[nodiscard]] bool needs_casing(const Color& color, ThemeKind theme);

/// The window's colours.
struct Palette {
    Color window;      ///< behind everything
    Color panel;       ///< cards that hold a picture or a list
    Color raised;      ///< buttons, fields
    Color hovered;     ///< raised, under the mouse
    Color pressed;     ///< raised, held down
    Color line;        ///< separators, plot borders
    Color grid;        ///< grid lines in plots
    Color text;        ///< first-rank text
    Color muted;       ///< second-rank text
    Color accent;      ///< the one accent: Start, cursor, focus ring
    Color accent_text; ///< text on accent
    Color right;       ///< blue: correct
    Color wrong;       ///< orange: incorrect
    Color warning;     ///< banner of a failure
    Color casing;      ///< around pale curves
};

/// Around curves, chips and markers that are pale on their ground.
inline constexpr Color kCasing = rgb(0x3a3f47);

[[nodiscard]] const Palette& palette_of(ThemeKind theme);
/// The same on another ground: windows and cards take its colour, and what lies between the ground
/// and the text keeps its share of the way.
[[nodiscard]] Palette on_ground(const Palette& palette, const Color& ground);

} // namespace grokscope::ui
