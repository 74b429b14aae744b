// Where each head of a layer looks, for every pair.
// Threads: as SitedForward.
#pragma once

#include "engine/model/sited_forward.h"

#include <span>
#include <vector>

namespace grokscope {

/// Softmax weights of the last position on all positions: [heads, pairs, positions]; those of a
/// pair sum to 1. Of the loaded weights, with the patches.
[[nodiscard]] std::vector<float> attention_grid(SitedForward& forward, const ModelShape& shape,
                                                std::span<const Pair> pairs,
                                                std::span<const Patch> patches, int layer);

} // namespace grokscope
