#include "ui/window/matte.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

std::vector<std::uint8_t> without_ground(std::span<const std::uint8_t> on_black,
                                         std::span<const std::uint8_t> on_white) {
    if (on_black.size() != on_white.size() || on_black.size() % 4 != 0) {
        throw std::invalid_argument("a picture on black of " + std::to_string(on_black.size()) +
                                    " bytes and one on white of " +
                                    std::to_string(on_white.size()) + " are not the same picture");
    }
    constexpr int kFull = 255;
    std::vector<std::uint8_t> pixels(on_black.size());
    for (std::size_t i = 0; i < pixels.size(); i += 4) {
        int alpha = 0;
        for (std::size_t c = i; c < i + 3; ++c) {
            // Light that is added on top, a glow, covers no channel but its own: the most counts.
            alpha = std::max(alpha, kFull - (int{on_white[c]} - int{on_black[c]}));
        }
        alpha = std::min(alpha, kFull);
        for (std::size_t c = i; c < i + 3 && alpha > 0; ++c) {
            pixels[c] = static_cast<std::uint8_t>(
                std::min((on_black[c] * kFull + alpha / 2) / alpha, kFull));
        }
        pixels[i + 3] = static_cast<std::uint8_t>(alpha);
    }
    return pixels;
}

} // namespace grokscope::ui
