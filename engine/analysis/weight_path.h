// The path that the weights of a run take through the space of all weights, in its own principal
// components (science.md 6.2).
#pragma once

#include "engine/model/parameters.h"
#include "engine/protocol/study.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace grokscope {

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
