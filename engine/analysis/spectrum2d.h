// The two-dimensional spectrum of a matrix, all of it, to see how few entries hold the weight.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace grokscope {

/// |DFT2(M)| of a real matrix, [rows, columns] row-major: every one of the rows * columns entries,
/// those that mirror each other too. Unscaled. Throws std::invalid_argument when the sizes do not
/// fit. Any thread; blocks while another plan is made.
[[nodiscard]] std::vector<float> amplitudes_2d(std::span<const float> matrix, std::size_t rows,
                                               std::size_t columns);

} // namespace grokscope
