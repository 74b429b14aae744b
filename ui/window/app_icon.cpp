#include "ui/window/app_icon.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

namespace {

using Colour = std::array<double, 3>; // 0..1, sRGB values

constexpr Colour kTile{0.063, 0.082, 0.114};
constexpr Colour kBlue{0.337, 0.706, 0.914};   // sky blue and orange of Okabe and Ito
constexpr Colour kOrange{0.902, 0.624, 0.000}; // as in the curves of the window
constexpr Colour kCurve{0.960, 0.970, 0.980};

struct IconPoint {
    double x = 0;
    double y = 0;
};

/// Distance from a rounded square around the origin; negative inside.
double tile_distance(IconPoint at, double half, double radius) {
    const double x = std::abs(at.x) - (half - radius);
    const double y = std::abs(at.y) - (half - radius);
    return std::hypot(std::max(x, 0.0), std::max(y, 0.0)) + std::min(std::max(x, y), 0.0) - radius;
}

/// The jump: chance, then all at once nearly everything. x in -1..1, y upwards.
double accuracy(double x) {
    return 1 / (1 + std::exp(-11 * (x - 0.12)));
}

/// Distance from the curve, taken as a chain of short straight pieces.
double curve_distance(IconPoint at, double half_width, double half_height) {
    constexpr int kPieces = 64;
    const auto on_curve = [&](int i) {
        const double t = -1 + 2.0 * i / kPieces;
        return IconPoint{t * half_width, (1 - 2 * accuracy(t)) * half_height};
    };
    double best = 1;
    IconPoint from = on_curve(0);
    for (int i = 1; i <= kPieces; ++i) {
        const IconPoint to = on_curve(i);
        const IconPoint piece{to.x - from.x, to.y - from.y};
        const double along = ((at.x - from.x) * piece.x + (at.y - from.y) * piece.y) /
                             (piece.x * piece.x + piece.y * piece.y);
        const double t = std::clamp(along, 0.0, 1.0);
        best = std::min(best, std::hypot(at.x - from.x - t * piece.x, at.y - from.y - t * piece.y));
        from = to;
    }
    return best;
}

/// How much of a pixel a shape at this distance covers; `pixel` is the pixel's width.
double coverage(double distance, double pixel) {
    return std::clamp(0.5 - distance / pixel, 0.0, 1.0);
}

void blend(Colour& under, const Colour& over, double amount) {
    for (std::size_t i = 0; i < under.size(); ++i) {
        under[i] += (over[i] - under[i]) * amount;
    }
}

} // namespace

std::vector<std::uint8_t> draw_app_icon(int size) {
    if (size < 8) {
        throw std::invalid_argument("an icon needs 8 pixels or more, got " + std::to_string(size));
    }
    const double pixel = 1.0 / size;
    // Fewer tokens where they would run into each other.
    const int tokens = size < 32 ? 11 : size < 96 ? 17 : 23;
    const double ring = 0.365;
    const double dot = 0.46 * ring * 2 * std::numbers::pi / tokens / 2 + 0.004;
    std::vector<std::uint8_t> rgba;
    rgba.reserve(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 4);
    for (int row = 0; row < size; ++row) {
        for (int column = 0; column < size; ++column) {
            const IconPoint at{(column + 0.5) * pixel - 0.5, (row + 0.5) * pixel - 0.5};
            Colour colour = kTile;
            const double step = 2 * std::numbers::pi / tokens;
            const double nearest = std::round(std::atan2(at.y, at.x) / step) * step;
            const IconPoint token{ring * std::cos(nearest), ring * std::sin(nearest)};
            Colour hue = kBlue;
            blend(hue, kOrange, 0.5 + 0.5 * std::cos(nearest + std::numbers::pi / 4));
            blend(colour, hue, coverage(std::hypot(at.x - token.x, at.y - token.y) - dot, pixel));
            const double line = std::max(0.022, 0.6 * pixel);
            blend(colour, kCurve, coverage(curve_distance(at, 0.24, 0.16) - line, pixel));
            for (const double value : colour) {
                rgba.push_back(static_cast<std::uint8_t>(std::lround(255 * value)));
            }
            const double opaque = coverage(tile_distance(at, 0.5 - pixel / 2, 0.2), pixel);
            rgba.push_back(static_cast<std::uint8_t>(std::lround(255 * opaque)));
        }
    }
    return rgba;
}

} // namespace grokscope::ui
