// Integers as compressed byte planes: the common ground of the weight encodings.
#pragma once

#include "engine/store/bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {

/// Small differences of either sign to small numbers, and back.
[[nodiscard]] constexpr std::uint32_t zigzag(std::uint32_t difference) {
    return (difference << 1U) ^ (0U - (difference >> 31U));
}
[[nodiscard]] constexpr std::uint32_t unzigzag(std::uint32_t value) {
    return (value >> 1U) ^ (0U - (value & 1U));
}

/// Four planes, most significant bytes first, each as uint32 size and a zlib stream: high bytes
/// repeat, low ones never do.
void put_planes(ByteWriter& writer, std::span<const std::uint32_t> numbers);

/// As many numbers as asked for; allocates no more than they need. Throws WeightDataError when a
/// plane cannot be unpacked, std::out_of_range when the data end too early.
[[nodiscard]] std::vector<std::uint32_t> get_planes(ByteReader& reader, std::size_t count);

/// CRC-32 of the numbers, little-endian.
[[nodiscard]] std::uint32_t checksum_of(std::span<const std::uint32_t> numbers);

} // namespace grokscope
