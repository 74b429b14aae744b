// Writes pictures as PNG files.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace grokscope {

/// Writes RGBA bytes, top row first, as an opaque PNG; first under a temporary name, so that an
/// interrupted write leaves no half file. Throws std::invalid_argument when the bytes do not match
/// the size and std::runtime_error, with the path, when writing fails. Blocks while encoding.
void save_png(const std::string& path, int width, int height, std::span<const std::uint8_t> rgba);

} // namespace grokscope
