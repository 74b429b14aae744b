#include "ui/core/palette.h"

#include "engine/protocol/rivals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace grokscope::ui {

namespace {

double to_linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

float to_srgb(double linear) {
    const double inside = std::clamp(linear, 0.0, 1.0);
    return static_cast<float>(inside <= 0.0031308 ? inside * 12.92
                                                  : 1.055 * std::pow(inside, 1 / 2.4) - 0.055);
}

/// OKLab to sRGB (B. Ottosson, "A perceptual color space for image processing", 2020).
Color from_oklab(double lightness, double a, double b) {
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return {to_srgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            to_srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            to_srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s), 1.0F};
}

// Calm greys with a trace of blue; one accent. Contrasts are asserted in tests/ui/palette_test.cpp.
constexpr Palette kDark{
    .window = rgb(0x0d0f13),
    .panel = rgb(0x14171c),
    .raised = rgb(0x1f242b),
    .hovered = rgb(0x2a303a),
    .pressed = rgb(0x343c48),
    .line = rgb(0x262b34),
    .grid = rgb(0x1f242c),
    .text = rgb(0xe6e9ef),
    .muted = rgb(0x98a1b0),
    .accent = rgb(0x4c9df0),
    .accent_text = rgb(0x071018),
    .right = rgb(0x56a5e9),
    .wrong = rgb(0xe69f00),
    .warning = rgb(0xf0a35c),
    .casing = rgb(0x14171c),
};
constexpr Palette kLight{
    .window = rgb(0xeef0f3),
    .panel = rgb(0xffffff),
    .raised = rgb(0xe9ecf0),
    .hovered = rgb(0xdfe3e9),
    .pressed = rgb(0xd2d8e0),
    .line = rgb(0xd9dde3),
    .grid = rgb(0xe9ebef),
    .text = rgb(0x1a1e25),
    .muted = rgb(0x5a6372),
    .accent = rgb(0x1b68b8),
    .accent_text = rgb(0xffffff),
    .right = rgb(0x0072b2),
    .wrong = rgb(0xc05a00),
    .warning = rgb(0xa34a00),
    .casing = rgb(0x3a3f47),
};

/// Hues on the ring of rivals.
constexpr float kRivalColors = 8;

} // namespace

Color mix(const Color& under, const Color& over, float share) {
    return {under.r + (over.r - under.r) * share, under.g + (over.g - under.g) * share,
            under.b + (over.b - under.b) * share, under.a + (over.a - under.a) * share};
}

double luminance(const Color& color) {
    return 0.2126 * to_linear(color.r) + 0.7152 * to_linear(color.g) + 0.0722 * to_linear(color.b);
}

double contrast(const Color& one, const Color& other) {
    const double bright = std::max(luminance(one), luminance(other));
    const double dim = std::min(luminance(one), luminance(other));
    return (bright + 0.05) / (dim + 0.05);
}

Color ring_color(float turn, ThemeKind theme) {
    const double angle = 2 * std::numbers::pi * turn;
    const double lightness = theme == ThemeKind::kDark ? 0.76 : 0.52;
    const double chroma = 0.115;
    return from_oklab(lightness, chroma * std::cos(angle), chroma * std::sin(angle));
}

Color heat_color(float value) {
    const double t = std::clamp(static_cast<double>(value), 0.0, 1.0);
    // From deep blue over green to yellow: a Bezier curve in OKLab whose lightness is linear in the
    // value, so that equal steps look equal, in grey and to the colour-blind too. All of it lies
    // in sRGB.
    const double s = 1 - t;
    return from_oklab(0.20 + 0.73 * t, s * t * -0.22 + t * t * -0.045,
                      s * s * -0.12 + s * t * -0.06 + t * t * 0.17);
}

Color diverging_color(float value, ThemeKind theme) {
    const double size = std::min(std::abs(static_cast<double>(value)), 1.0);
    const bool dark = theme == ThemeKind::kDark;
    // Steps of the colour begin at a size that can be told from the ground.
    const double chroma = 0.16 * size;
    const double angle = (value < 0 ? 295 : 75) * std::numbers::pi / 180;
    const double ground = dark ? 0.205 : 1.0;
    const double end = dark ? (value < 0 ? 0.70 : 0.82) : (value < 0 ? 0.46 : 0.56);
    const Color strong = from_oklab(ground + (end - ground) * size, chroma * std::cos(angle),
                                    chroma * std::sin(angle));
    return mix(palette_of(theme).panel, strong, static_cast<float>(std::min(8 * size, 1.0)));
}

Color ink_on(const Color& ground) {
    constexpr Color kBlack = rgb(0x000000);
    constexpr Color kWhite = rgb(0xffffff);
    return contrast(kBlack, ground) >= contrast(kWhite, ground) ? kBlack : kWhite;
}

Palette on_ground(const Palette& palette, const Color& ground) {
    const auto green_of = [](const Color& color) { return color.g; }; // greys: one channel says all
    const float from = green_of(palette.panel);
    const float way = green_of(palette.text) - from;
    Palette moved = palette;
    for (Color* color : {&moved.raised, &moved.hovered, &moved.pressed, &moved.line, &moved.grid}) {
        *color = mix(ground, palette.text, (green_of(*color) - from) / way);
    }
    if (palette.casing == palette.panel) { // a gap, not a line
        moved.casing = ground;
    }
    moved.window = ground;
    moved.panel = ground;
    return moved;
}

const Palette& palette_of(ThemeKind theme) {
    return theme == ThemeKind::kDark ? kDark : kLight;
}

bool needs_casing(const Color& color, ThemeKind theme) {
    return contrast(color, palette_of(theme).raised) < 3.0;
}

CurveStyle curve_style(const Stencil& stencil, ThemeKind theme) {
    return curve_style(stencil, shape_of(stencil), theme);
}

CurveStyle curve_style(const Stencil& stencil, const CurveShape& shape, ThemeKind theme) {
    bool below = false;
    bool above = false;
    for (const int offset : stencil.offsets()) {
        below = below || offset < 0;
        above = above || offset > 0;
    }
    const bool zero = stencil.contains(0);
    const Palette& palette = palette_of(theme);
    CurveStyle style{palette.text, dashes_of(shape), shape.marker, false};
    if (below && zero && above) {
        style.color = rgb(0xe69f00);
    } else if (zero && above) {
        style.color = rgb(0xf0e442);
    } else if (below && above) {
        style.color = rgb(0xcc79a7);
    } else if (below && zero) {
        style.color = rgb(0x56b4e9);
    } else if (above) {
        style.color = rgb(0x009e73);
    } else if (below) {
        style.color = rgb(0xd55e00);
    } else if (zero) {
        // Okabe and Ito's blue is too dark for the ground of the last phase.
        style.color = theme == ThemeKind::kDark ? rgb(0x0a7abc) : rgb(0x0072b2);
    }
    style.casing = needs_casing(style.color, theme);
    return style;
}

CurveStyle curve_style(const RunConfig& config, ThemeKind theme) {
    return curve_style(config, shape_of(config), theme);
}

CurveStyle curve_style(const RunConfig& config, const CurveShape& shape, ThemeKind theme) {
    CurveStyle style = curve_style(config.stencil, shape, theme);
    if (const std::optional<int> rival = rival_number(config)) {
        style.color = ring_color(static_cast<float>(*rival) / kRivalColors, theme);
        style.casing = needs_casing(style.color, theme);
    }
    return style;
}

} // namespace grokscope::ui
