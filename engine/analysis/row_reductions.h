// Largest value and sum of a row in eight lanes: a fixed order that a compiler may vectorise, where
// a plain loop waits for each addition.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace grokscope {

namespace row_detail {

template <typename Scalar, typename Combine>
Scalar reduce(std::span<const Scalar> row, Scalar start, Combine combine) {
    constexpr std::size_t kLanes = 8;
    std::array<Scalar, kLanes> lanes;
    lanes.fill(start);
    std::size_t i = 0;
    for (; i + kLanes <= row.size(); i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            lanes[lane] = combine(lanes[lane], row[i + lane]);
        }
    }
    for (std::size_t lane = 0; i < row.size(); ++i, ++lane) {
        lanes[lane] = combine(lanes[lane], row[i]);
    }
    Scalar result = lanes[0];
    for (std::size_t lane = 1; lane < kLanes; ++lane) {
        result = combine(result, lanes[lane]);
    }
    return result;
}

} // namespace row_detail

/// The largest value of a row that is not empty and holds no NaN.
template <typename Scalar>
[[nodiscard]] Scalar largest_of(std::span<const Scalar> row) {
    return row_detail::reduce(row, row.front(),
                              [](Scalar one, Scalar other) { return other > one ? other : one; });
}

/// The sum of a row.
template <typename Scalar>
[[nodiscard]] Scalar sum_of(std::span<const Scalar> row) {
    return row_detail::reduce(row, Scalar{0}, [](Scalar one, Scalar other) { return one + other; });
}

} // namespace grokscope
