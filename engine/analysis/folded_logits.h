// Logits folded over pairs of equal sum: the small table that every Fourier figure of the logits
// needs (science.md section 4).
#pragma once

#include <span>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Index of the other summand: b with (a + b) mod p = s.
[[nodiscard]] constexpr int partner(int s, int a, int p) {
    return s >= a ? s - a : s - a + p;
}

/// B[s,c] = sum over the p pairs with (a+b) mod p = s of L[(a,b),c], and what is lost in the sum.
struct FoldedLogits {
    int p = 0;
    /// B [p, p], row-major: row s, column c.
    std::vector<double> sums;
    /// ||L||^2 over all pairs and classes.
    double sum_squares = 0;

    /// ||L - grand mean||^2, over all p^3 entries.
    [[nodiscard]] double variation() const;
    /// Mean of L over all pairs, per class, [p].
    [[nodiscard]] std::vector<double> class_means() const;
};

/// Folds the logits of the addition task. logits: [p*p, p], row a*p + b. Works on `pool` in units
/// of one s, each summed in order of a: equal bits for any number of threads. Throws
/// std::invalid_argument on a wrong size. Caller's thread: the one that may run the pool.
[[nodiscard]] FoldedLogits fold_logits(std::span<const float> logits, int p, WorkerPool& pool);

} // namespace grokscope
