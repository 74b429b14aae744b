// Pictures as PNG.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace grokscope {

/// Whether a picture keeps its transparency or is written opaque.
enum class Alpha : std::uint8_t { kOpaque, kKept };

/// RGBA bytes, top row first, as the content of a PNG file. Throws std::invalid_argument when the
/// bytes do not match the size. Blocks while encoding.
[[nodiscard]] std::string png_of(int width, int height, std::span<const std::uint8_t> rgba,
                                 Alpha alpha = Alpha::kOpaque);

} // namespace grokscope
