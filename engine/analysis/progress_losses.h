// Full, restricted and excluded loss over the grid of all pairs (science.md section 4, after Nanda
// et al. 2023, arXiv 2301.05217).
#pragma once

#include "engine/protocol/group_index.h"
#include "engine/protocol/records.h"
#include "engine/task/task.h"

#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Which pairs of an operation's group train, in the index of the group, of order n.
struct SplitGrid {
    /// Throws std::invalid_argument unless train and test together have all n*n pairs of the group,
    /// with their answers. Pairs with a number outside the group, as 0 for products, are left out.
    SplitGrid(const Task& task, const GroupIndex& group);

    GroupIndex group;
    /// 1 where the pair trains, [n*n], row u*n + v: u the index of a, v that of b as the second
    /// operand.
    std::vector<std::uint8_t> trains;
    /// Training pairs with (u+v) mod n = s, [n].
    std::vector<int> train_by_sum;
    int train_count = 0;
    int test_count = 0;
};

/// Mean cross-entropy of logits that depend on a pair through s = (u+v) mod n alone, the index of
/// its label: over all pairs of the group, the training and the test pairs. table: [n, p], row s,
/// columns as FoldedLogits has them. Any thread.
[[nodiscard]] LossBySplit table_losses(std::span<const double> table, const SplitGrid& split);

/// Losses that need the logits of every pair.
struct PairLosses {
    /// Of the logits as they are.
    LossBySplit full;
    /// Mean cross-entropy on the training pairs of L minus a table, one per table given.
    std::vector<double> excluded;
};

/// One pass over the pairs of the group. logits: [n*n, p], row u*n + v, a column for each number.
/// removed: tables [n, p] to subtract, row s from the logits of every pair whose indices add up to
/// s, columns as FoldedLogits has them; project_logits() makes them.
/// Exponentials are taken once per logit and once per table entry and then multiplied; a row whose
/// spread could underflow is computed directly. Works on `pool` in units of one s; equal bits for
/// any number of threads. Throws std::invalid_argument on a wrong size.
[[nodiscard]] PairLosses pair_losses(std::span<const float> logits, const SplitGrid& split,
                                     std::span<const std::vector<double>> removed,
                                     WorkerPool& pool);

} // namespace grokscope
