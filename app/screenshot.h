// Writes pictures as PNG files.
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

/// Writes RGBA bytes, top row first, as PNG; first under a temporary name, so that an
/// interrupted write leaves no half file. Throws std::invalid_argument when the bytes do not match
/// the size and std::runtime_error, with the path, when writing fails. Blocks while encoding.
void save_png(const std::string& path, int width, int height, std::span<const std::uint8_t> rgba,
              Alpha alpha = Alpha::kOpaque);

} // namespace grokscope
