// The path that the weights of a run take through the space of all weights, in its own principal
// components (science.md 6.2).
#pragma once

#include "engine/model/parameters.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace grokscope {

/// Components that are kept.
inline constexpr std::size_t kPathComponents = 3;

/// One recorded epoch.
struct PathPoint {
    std::int32_t epoch = 0;
    /// Where theta_epoch - mean of all records lies along the components. Missing ones are 0.
    std::array<double, kPathComponents> coordinates{};
    /// ||theta_epoch - theta_before|| / (epoch - before) of each tensor in storage order, `before`
    /// the record before; NaN at the first.
    std::vector<double> speeds;
};

struct WeightPath {
    /// Names of the tensors, in storage order.
    std::vector<std::string> tensors;
    std::vector<PathPoint> points;
    /// Share of each component in the sum of squared distances from the mean; NaN when nothing
    /// moves.
    std::array<double, kPathComponents> shares{};
};

/// The weights of one recorded epoch, all of one shape.
using WeightsOf = std::function<Parameters(std::int32_t epoch)>;

/// Principal components of the records of these epochs, which increase: eigenvectors of the Gram
/// matrix of the centred records, all values of all tensors alike, in double. Each component points
/// so that the first record lies on its negative side. At most `room` values are held at once, or
/// two records if these are more; then records are read several times. Throws what `weights_of`
/// throws, and std::invalid_argument without epochs. Blocks for records^2 * weights products. Any
/// thread.
[[nodiscard]] WeightPath weight_path(std::span<const std::int32_t> epochs,
                                     const WeightsOf& weights_of,
                                     std::size_t room = std::size_t{1} << 26U);

} // namespace grokscope
