// Logits folded over pairs of equal answer: the small table that every Fourier figure of the logits
// needs (science.md section 4). All of it in the index of the operation's group, of order n: pairs
// (u, v) of indices, whose answer has the index u + v. Tables over classes have the group's classes
// first, in order of their index, and then the class 0 where it is not among them.
#pragma once

#include "engine/protocol/group_index.h"

#include <cstddef>
#include <span>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Index of the other operand: v with (u + v) mod n = s.
[[nodiscard]] constexpr int partner(int s, int u, int n) {
    return s >= u ? s - u : s - u + n;
}

/// Column of a number in a table over classes.
[[nodiscard]] inline std::size_t column_of(int number, const GroupIndex& group) {
    const int index = group.log(number);
    return static_cast<std::size_t>(index < 0 ? group.order() : index);
}

/// B[s,c] = sum over the n pairs with (u+v) mod n = s of L[(u,v),c], and what is lost in the sum.
struct FoldedLogits {
    int order = 0;   ///< n
    int classes = 0; ///< n, or n + 1 with the class 0 at the end
    /// B [n, classes], row-major: row s, column c.
    std::vector<double> sums;
    /// ||L||^2 over all pairs and the classes of the group.
    double sum_squares = 0;

    /// ||L - grand mean||^2, over the n^3 entries of the group.
    [[nodiscard]] double variation() const;
    /// Mean of L over all pairs, per class, [classes].
    [[nodiscard]] std::vector<double> class_means() const;
};

/// Folds the logits of the group's pairs. logits: [n*n, p], row u*n + v, a column for each number.
/// Works on `pool` in units of one s, each summed in order of u: equal bits for any number of
/// threads. Throws std::invalid_argument on a wrong size, and for an empty group. Caller's thread:
/// the one that may run the pool.
[[nodiscard]] FoldedLogits fold_logits(std::span<const float> logits, const GroupIndex& group,
                                       WorkerPool& pool);

} // namespace grokscope
