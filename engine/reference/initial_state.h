// The weights a run starts from, bit for bit those that PyTorch draws.
#pragma once

#include "engine/model/training_state.h"
#include "engine/protocol/config.h"

namespace grokscope {

/// Weights at epoch 0, probes of the stencil in increasing order of offset, moments zero. Drawn by
/// libtorch's CPU generator in the order of science.md 1.2 (`nanda`) or 1.4 (`transformerlens`),
/// stored in our shapes; probes as 2.1 says. Uses generators of its own, so no other is disturbed.
/// Bits may differ in the last place on processors with other vector units. Throws
/// std::invalid_argument when the configuration has mistakes. Any thread.
[[nodiscard]] TrainingState initial_state(const RunConfig& config);

} // namespace grokscope
