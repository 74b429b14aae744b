// Pictures over the grid of pairs (a, b), as bytes: row a from the top, column b from the left.
// Pure arithmetic, so that tests read single pixels.
#pragma once

#include "ui/core/palette.h"
#include "ui/gl/size.h"

#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::ui {

/// What the map shows of each pair, row by row in the order of the picture; all spans hold p * p
/// elements.
struct MapCells {
    int p = 0;
    /// Probability of the predicted class, 0..1.
    std::span<const float> confidence;
    /// 1 where the prediction is right.
    std::span<const std::uint8_t> right;
    /// 1 where the pair was trained on.
    std::span<const std::uint8_t> trained;
    /// 1 where its mirror (b, a) was trained on instead; empty: nowhere.
    std::span<const std::uint8_t> mirrored = {};
    /// 1 where there is no right answer, and so no cell; empty: nowhere.
    std::span<const std::uint8_t> blank = {};
};

/// Pixels of a square picture of p x p cells that fits into `room` pixels: the largest multiple of
/// p, so that all cells are equal and sharp, unless that leaves a fifth of the room empty; then
/// `room` itself.
[[nodiscard]] int side_for(int p, int room);
/// Whether a picture of `side` pixels has room for the dots of trained pairs.
[[nodiscard]] bool shows_dots(int p, int side);
/// The same for the strokes of pairs whose mirror was trained on.
[[nodiscard]] bool shows_strokes(int p, int side);

/// Colour of one cell: blue right, orange wrong, the fainter the less confident.
[[nodiscard]] Color map_color(const Palette& palette, bool right, float confidence);

/// RGBA bytes of the map, `side` x `side`, top row first. A pixel shows the mean of the
/// cells under it, by area; cells of two pixels or more have a dot where the pair was trained on,
/// cells of four or more a short stroke along the diagonal a = b, the mirror, where only its mirror
/// was.
/// Throws std::invalid_argument unless the spans and `side` fit.
[[nodiscard]] std::vector<std::uint8_t> paint_map(const MapCells& cells, const Palette& palette,
                                                  int side);

/// RGBA bytes, `side` x `side`, of p x p values 0..1 in heat_color(); pixels as above. Throws
/// std::invalid_argument unless values and `side` fit.
[[nodiscard]] std::vector<std::uint8_t> paint_shares(std::span<const float> values, int p,
                                                     int side);

} // namespace grokscope::ui
