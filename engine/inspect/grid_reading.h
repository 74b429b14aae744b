// What logits say: answers, confidence and loss over the grid of all pairs.
#pragma once

#include "engine/protocol/inspect.h"
#include "engine/task/task.h"

#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {

class WorkerPool;

/// All pairs of numbers, row a*p + b: which of them train, and what is right.
struct PairGrid {
    /// The label of a pair for which the operation is not defined, as division by 0.
    static constexpr std::uint16_t kUndefined = 0xffff;

    explicit PairGrid(const Task& task);

    int p = 0;
    std::vector<std::uint8_t> trains;  ///< 1 where the pair trains, [p*p]
    std::vector<std::uint16_t> labels; ///< [p*p]
    /// Whether the test pairs are told apart by their mirrors: the operation commutes.
    bool mirrors = false;
};

/// Answers, confidence and figures of logits [p*p, p], row a*p + b. Figures are over the pairs for
/// which the operation is defined; `pair` is left empty. In double from float32 logits, as the
/// training's own evaluation has them to rounding; equal bits for any number of threads. Throws
/// std::invalid_argument on a wrong size. Caller's thread: the one that may run the pool.
[[nodiscard]] InspectedModel read_grid(std::span<const float> logits, const PairGrid& grid,
                                       WorkerPool& pool);

/// The same for one pair: logits [p], not empty. Any thread.
[[nodiscard]] PairReading read_pair(std::span<const float> logits);

} // namespace grokscope
