// The clock of one pair: where its numbers stand on the ring of each frequency, and what each
// frequency adds to its logits (science.md section 5).
#pragma once

#include "engine/analysis/folded_logits.h"
#include "engine/analysis/waves.h"
#include "engine/model/parameters.h"
#include "engine/protocol/inspect.h"

#include <span>
#include <vector>

namespace grokscope {

/// One reading per frequency, in their order; none for a pair with a number outside the group.
/// `folded` and `logits` [p] (those of the pair) belong to the same model, W_E of `parameters` too;
/// the waves are those of the group's order. Throws std::invalid_argument on a wrong frequency. Any
/// thread.
[[nodiscard]] std::vector<ClockReading>
read_clock(NumberPair pair, std::span<const int> frequencies, const FoldedLogits& folded,
           std::span<const float> logits, const Parameters& parameters, const GroupIndex& group,
           const Waves& waves);

} // namespace grokscope
