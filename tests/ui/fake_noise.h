// Noise that depends on its arguments only, the same on every machine.
#pragma once

#include <cstdint>

namespace grokscope::fake {

/// In -1..1.
[[nodiscard]] inline double noise(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    std::uint32_t h = a * 0x9E3779B1U ^ (b * 0x85EBCA77U + 0x165667B1U) ^ (c * 0xC2B2AE3DU);
    h ^= h >> 15;
    h *= 0x2C1B3C6DU;
    h ^= h >> 12;
    h *= 0x297A2D39U;
    h ^= h >> 15;
    return static_cast<double>(h) / 2147483648.0 - 1.0;
}

} // namespace grokscope::fake
