// The distance that keeps two threads' variables from sharing a cache line.
#pragma once

#include <cstddef>

namespace grokscope {

/// Bytes. 128 and not 64: x86 prefetches lines in adjacent pairs, so neighbours still disturb each
/// other at 64. The standard's constant is not used because it warns in headers.
inline constexpr std::size_t kCacheLine = 128;

} // namespace grokscope
