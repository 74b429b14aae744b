// Pictures without a ground, to be laid over anything. Pure arithmetic: no GL.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::ui {

/// What was drawn once on black and once on white, without the ground: RGBA with straight alpha.
/// Where both are alike it is opaque, where they differ as black and white do it is not there. Ink
/// of colour c that covers a share s gives s c on black and s c + 1 - s on white, hence s and c:
/// the edge of a line has the line's own colour, however little it covers. Both are RGBA of equal
/// size, their alpha is ignored. Throws std::invalid_argument when the sizes differ.
[[nodiscard]] std::vector<std::uint8_t> without_ground(std::span<const std::uint8_t> on_black,
                                                       std::span<const std::uint8_t> on_white);

} // namespace grokscope::ui
