// Full, restricted and excluded loss over the grid of all pairs (science.md section 4, after Nanda
// et al. 2023, arXiv 2301.05217).
#pragma once

#include "engine/protocol/records.h"
#include "engine/task/task.h"

#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Which pairs of the grid train.
struct SplitGrid {
    /// Throws std::invalid_argument unless train and test together are all p*p pairs of addition.
    explicit SplitGrid(const Task& task);

    int p = 0;
    /// 1 where the pair trains, [p*p], row a*p + b.
    std::vector<std::uint8_t> trains;
    /// Training pairs with (a+b) mod p = s, [p].
    std::vector<int> train_by_sum;
    int train_count = 0;
    int test_count = 0;
};

/// Mean cross-entropy of logits that depend on a pair through s = (a+b) mod p alone, which is also
/// its label: over all pairs, the training and the test pairs. table: [p, p], row s. Any thread.
[[nodiscard]] LossBySplit table_losses(std::span<const double> table, const SplitGrid& split);

/// Losses that need the logits of every pair.
struct PairLosses {
    /// Of the logits as they are.
    LossBySplit full;
    /// Mean cross-entropy on the training pairs of L minus a table, one per table given.
    std::vector<double> excluded;
};

/// One pass over the grid. logits: [p*p, p], row a*p + b. removed: tables [p, p] to subtract,
/// entry [s, c] from the logit of class c of every pair with sum s; project_logits() makes them.
/// Exponentials are taken once per logit and once per table entry and then multiplied; a row whose
/// spread could underflow is computed directly. Works on `pool` in units of one s; equal bits for
/// any number of threads. Throws std::invalid_argument on a wrong size.
[[nodiscard]] PairLosses pair_losses(std::span<const float> logits, const SplitGrid& split,
                                     std::span<const std::vector<double>> removed,
                                     WorkerPool& pool);

} // namespace grokscope
