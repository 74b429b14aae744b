// What several ratios of paired runs say together: mean, median, and how sure that is.
#pragma once

#include "engine/protocol/sweep_result.h"

#include <span>
#include <utility>
#include <vector>

namespace grokscope {

/// From so many pairs on there is an interval, when all are exact. With fewer Student's t is right,
/// too, but so wide (12.7 deviations of the mean for two) that the pairs themselves say more.
inline constexpr std::size_t kLeastPairs = 4;

/// The 95 % interval of the mean, by Student's t; NaN for fewer than two values. It covers the true
/// mean of normal values in 95 % of all cases however few they are, which a percentile bootstrap
/// does not (73 % at three, 84 % at five).
[[nodiscard]] std::pair<double, double> student_interval(std::span<const double> values);

/// Mean and median of positive ratios, and the 95 % interval: of the geometric mean by
/// student_interval() of the logarithms when every ratio is exact; else of the median, between
/// order statistics (Thompson 1936, 10.1214/aoms/1177732563), which hold whatever the distribution
/// and whatever lies beyond the bounds, and need six pairs.
[[nodiscard]] SpeedUps speed_ups_of(std::vector<SpeedUp> pairs);

} // namespace grokscope
