// What logits say: answers, confidence and loss over the grid of all pairs.
#pragma once

#include "engine/analysis/progress_losses.h"
#include "engine/protocol/inspect.h"

#include <span>

namespace grokscope {

class WorkerPool;

/// Answers, confidence and figures of logits [p*p, p], row a*p + b, of the addition task; `pair` is
/// left empty. In double from float32 logits, as the training's own evaluation has them to
/// rounding; equal bits for any number of threads. Throws std::invalid_argument on a wrong size.
/// Caller's thread: the one that may run the pool.
[[nodiscard]] InspectedModel read_grid(std::span<const float> logits, const SplitGrid& split,
                                       WorkerPool& pool);

/// The same for one pair: logits [p], not empty. Any thread.
[[nodiscard]] PairReading read_pair(std::span<const float> logits);

} // namespace grokscope
