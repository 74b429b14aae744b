// A flat buffer in a fixed number of slices, so that a pass over it can be shared out among workers
// and its sums depend on none of them.
#pragma once

#include <cstddef>

namespace grokscope {

/// Slices of a flat buffer in one pass over it; more than any sensible number of workers, so that a
/// core lent away delays little. Fixed, so that the arithmetic cannot depend on the pool.
inline constexpr int kSlices = 16;

struct Slice {
    std::size_t begin;
    std::size_t count;
};

/// The values of one of kSlices slices, which start on cache lines: 16 float32 values. `size` is a
/// whole number of lines.
[[nodiscard]] inline Slice slice_of(std::size_t size, int slice) {
    constexpr std::size_t kValuesPerLine = 16;
    const auto begin_of = [size](int i) {
        return size / kValuesPerLine * static_cast<std::size_t>(i) / kSlices * kValuesPerLine;
    };
    return {begin_of(slice), begin_of(slice + 1) - begin_of(slice)};
}

} // namespace grokscope
