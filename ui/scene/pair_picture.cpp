#include "ui/scene/pair_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

namespace grokscope::ui {
namespace {

/// Least share of the colour, so that right and wrong are told apart at chance.
constexpr float kFaintest = 0.16F;
/// Cells of fewer pixels have no room for a dot.
constexpr int kDotFrom = 2;
/// The same for a stroke, which would pass for a dot.
constexpr int kStrokeFrom = 4;

using Rgba = std::array<std::uint8_t, 4>;

Rgba bytes_of(const Color& color) {
    const auto byte = [](float channel) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(channel, 0.0F, 1.0F) * 255));
    };
    return {byte(color.r), byte(color.g), byte(color.b), byte(color.a)};
}

void require(bool fits, int p, int side) {
    if (!fits || p < 1 || side < 1) {
        throw std::invalid_argument("a picture of " + std::to_string(side) +
                                    " pixels needs one value for each of " + std::to_string(p) +
                                    " x " + std::to_string(p) + " pairs");
    }
}

/// The cells under one pixel along one axis: from `first` on, each with the share of the pixel that
/// it covers, in units of 1/p.
struct Covered {
    int first = 0;
    std::vector<int> shares;
};

/// Of each of `side` pixels over p cells. Exact: on a grid of p * side steps a pixel takes p of
/// them and a cell `side`.
std::vector<Covered> covered_cells(int p, int side) {
    std::vector<Covered> pixels(static_cast<std::size_t>(side));
    for (int at = 0; at < side; ++at) {
        Covered& pixel = pixels[static_cast<std::size_t>(at)];
        const int begin = at * p;
        const int end = begin + p;
        pixel.first = begin / side;
        for (int cell = pixel.first; cell * side < end; ++cell) {
            pixel.shares.push_back(std::min(end, (cell + 1) * side) - std::max(begin, cell * side));
        }
    }
    return pixels;
}

std::vector<std::uint8_t> scaled(std::span<const Rgba> cells, int p, int side) {
    const std::vector<Covered> places = covered_cells(p, side);
    const int whole = p * p;
    std::vector<std::uint8_t> pixels;
    pixels.reserve(4 * static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
    for (const Covered& rows : places) {
        for (const Covered& columns : places) {
            std::array<int, 4> sum{};
            for (std::size_t y = 0; y < rows.shares.size(); ++y) {
                const auto row =
                    (static_cast<std::size_t>(rows.first) + y) * static_cast<std::size_t>(p) +
                    static_cast<std::size_t>(columns.first);
                for (std::size_t x = 0; x < columns.shares.size(); ++x) {
                    const int share = rows.shares[y] * columns.shares[x];
                    for (std::size_t i = 0; i < sum.size(); ++i) {
                        sum[i] += share * cells[row + x][i];
                    }
                }
            }
            for (const int channel : sum) {
                pixels.push_back(static_cast<std::uint8_t>((channel + whole / 2) / whole));
            }
        }
    }
    return pixels;
}

/// Steps of a colour table; finer ones do not differ in 8 bits a channel.
constexpr std::size_t kSteps = 256;

/// Place of a value 0..1 in a table; what is not a number comes first.
std::size_t step_of(float value) {
    const float inside = std::isfinite(value) ? std::clamp(value, 0.0F, 1.0F) : 0.0F;
    return static_cast<std::size_t>(std::lround(inside * (kSteps - 1)));
}

/// A cell of the map and the dot on it.
struct Shade {
    Rgba cell;
    Rgba dot;
};
using ShadeTable = std::array<Shade, kSteps>;

ShadeTable shades(const Palette& palette, bool right) {
    ShadeTable table;
    for (std::size_t i = 0; i < kSteps; ++i) {
        const Color color = map_color(palette, right, static_cast<float>(i) / (kSteps - 1));
        // Whichever of the window's darkest and lightest stands out more.
        const bool dark = contrast(palette.window, color) > contrast(palette.text, color);
        table[i] = {bytes_of(color),
                    bytes_of(mix(color, dark ? palette.window : palette.text, 0.85F))};
    }
    return table;
}

/// Half the side of a dot, the middle pixel left out.
int dot_half(int p, int side) {
    return std::max(side / p / 8, 0);
}

void put_pixel(std::vector<std::uint8_t>& pixels, int side, int x, int y, const Rgba& ink) {
    const std::size_t at = 4 * static_cast<std::size_t>(std::clamp(y, 0, side - 1) * side +
                                                        std::clamp(x, 0, side - 1));
    std::copy(ink.begin(), ink.end(), pixels.begin() + static_cast<std::ptrdiff_t>(at));
}

/// A square of 2 half + 1 pixels around (x, y).
void put_dot(std::vector<std::uint8_t>& pixels, int side, int x, int y, int half, const Rgba& ink) {
    for (int row = y - half; row <= y + half; ++row) {
        for (int column = x - half; column <= x + half; ++column) {
            put_pixel(pixels, side, column, row, ink);
        }
    }
}

/// A diagonal of 2 half + 1 pixels through (x, y), downwards to the right as a = b runs.
void put_stroke(std::vector<std::uint8_t>& pixels, int side, int x, int y, int half,
                const Rgba& ink) {
    for (int step = -half; step <= half; ++step) {
        put_pixel(pixels, side, x + step, y + step, ink);
    }
}

} // namespace

int side_for(int p, int room) {
    const int whole = room / std::max(p, 1) * p;
    return 5 * whole >= 4 * room ? std::max(whole, 1) : std::max(room, 1);
}

bool shows_dots(int p, int side) {
    return side >= kDotFrom * p;
}

bool shows_strokes(int p, int side) {
    return side >= kStrokeFrom * p;
}

Color map_color(const Palette& palette, bool right, float confidence) {
    const float sure = std::isfinite(confidence) ? std::clamp(confidence, 0.0F, 1.0F) : 0.0F;
    return mix(palette.panel, right ? palette.right : palette.wrong,
               kFaintest + (1 - kFaintest) * sure);
}

std::vector<std::uint8_t> paint_map(const MapCells& cells, const Palette& palette, int side) {
    const int p = cells.p;
    const auto count = static_cast<std::size_t>(std::max(p, 0)) * static_cast<std::size_t>(p);
    require(cells.confidence.size() == count && cells.right.size() == count &&
                cells.trained.size() == count &&
                (cells.mirrored.empty() || cells.mirrored.size() == count) &&
                (cells.blank.empty() || cells.blank.size() == count),
            p, side);
    const std::array<ShadeTable, 2> tables{shades(palette, false), shades(palette, true)};
    const auto shade_of = [&](std::size_t i) -> const Shade& {
        return tables[cells.right[i] != 0 ? 1 : 0][step_of(cells.confidence[i])];
    };
    std::vector<Rgba> colors(count);
    for (std::size_t i = 0; i < count; ++i) {
        const bool blank = !cells.blank.empty() && cells.blank[i] != 0;
        colors[i] = blank ? bytes_of(palette.panel) : shade_of(i).cell;
    }
    std::vector<std::uint8_t> pixels = scaled(colors, p, side);
    if (!shows_dots(p, side)) {
        return pixels;
    }
    const int half = dot_half(p, side);
    const bool strokes = shows_strokes(p, side) && !cells.mirrored.empty();
    for (int a = 0; a < p; ++a) {
        for (int b = 0; b < p; ++b) {
            const auto index = static_cast<std::size_t>(a * p + b);
            const Rgba& ink = shade_of(index).dot;
            const int x = (2 * b + 1) * side / (2 * p);
            const int y = (2 * a + 1) * side / (2 * p);
            if (cells.trained[index] != 0) {
                put_dot(pixels, side, x, y, half, ink);
            } else if (strokes && cells.mirrored[index] != 0) {
                put_stroke(pixels, side, x, y, half + 1, ink);
            }
        }
    }
    return pixels;
}

std::vector<std::uint8_t> paint_shares(std::span<const float> values, int p, int side) {
    const auto count = static_cast<std::size_t>(std::max(p, 0)) * static_cast<std::size_t>(p);
    require(values.size() == count, p, side);
    std::array<Rgba, kSteps> table;
    for (std::size_t i = 0; i < kSteps; ++i) {
        table[i] = bytes_of(heat_color(static_cast<float>(i) / (kSteps - 1)));
    }
    std::vector<Rgba> colors(count);
    for (std::size_t i = 0; i < count; ++i) {
        colors[i] = table[step_of(values[i])];
    }
    return scaled(colors, p, side);
}

} // namespace grokscope::ui
