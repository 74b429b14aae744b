// The loss on straight lines away from some weights: along the direction in which the train loss
// bends most, and along random ones.
#pragma once

#include "engine/model/parameters.h"
#include "engine/protocol/config.h"
#include "engine/protocol/study.h"
#include "engine/task/task.h"

#include <cstdint>
#include <functional>

namespace grokscope {

class WorkerPool;

/// 0.01, 0.02, 0.05, 0.1, 0.2 and 0.5 of the weights' length to either side, in all their trained
/// weights at once: along the top eigenvector as 30 steps of Lanczos's method find it, and along
/// `random` directions that move every weight by as much, up or down by chance of `seed`. In
/// double, by the loss that the configuration trains with. Blocks for some seconds. Equal bits for
/// any number of threads. `between`, where given, is called many times on the way, between uses of
/// the pool; what it throws ends the work. Throws std::runtime_error when a weight is not finite.
[[nodiscard]] Valley find_valley(const RunConfig& config, const Task& task,
                                 const Parameters& weights, int random, std::uint32_t seed,
                                 WorkerPool& pool, const std::function<void()>& between = {});

} // namespace grokscope
