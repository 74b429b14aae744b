// What multiplies every rate at an epoch: warm-up, then the schedule.
#pragma once

#include "engine/protocol/config.h"

#include <cstdint>

namespace grokscope {

/// In 0..1. Warm-up over W epochs is epoch / W, so that epoch 0 has the rate 0; behind it 1, or a
/// half cosine that ends at learning_rate_min / learning_rate at the last epoch, config.epochs - 1
/// (science.md 1.9). Any thread.
[[nodiscard]] double rate_factor(const RunConfig& config, std::int32_t epoch);

} // namespace grokscope
