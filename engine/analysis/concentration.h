// How few of many amplitudes hold the weight: Gini and inverse participation ratio.
#pragma once

#include <span>

namespace grokscope {

/// Gini coefficient, 0 when all are equal, 1 - 1/m when one of m holds everything (Hurley and
/// Rickard, 0811.4706): 1 - 2 sum_i (x_i / sum x) (m - i + 1/2) / m over x sorted upwards. Values
/// are amplitudes, >= 0. 0 when all are zero or there are none. Any thread.
[[nodiscard]] double gini(std::span<const float> amplitudes);

/// Inverse participation ratio sum s^4 / (sum s^2)^2: 1/m when flat, 1 when one entry holds all;
/// its inverse is the number of frequencies in use. 0 when all are zero or there are none.
[[nodiscard]] double inverse_participation_ratio(std::span<const float> amplitudes);

} // namespace grokscope
