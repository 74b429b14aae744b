// How many directions of a matrix matter, without a threshold.
#pragma once

#include <cstddef>
#include <span>

namespace grokscope {

/// ||W||_F^2 / ||W||_2^2 of a matrix [rows, columns], row-major: the sum of its squared singular
/// values over the largest; from 1 to the smaller of its sides. NaN for a matrix of zeros, and for
/// one with a value that is not finite. Throws std::invalid_argument when the sizes do not fit.
/// Blocks for min^2 * max products and an eigenvalue problem of the smaller side. Any thread.
[[nodiscard]] double stable_rank(std::span<const float> matrix, std::size_t rows,
                                 std::size_t columns);

} // namespace grokscope
