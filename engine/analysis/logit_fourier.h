// Projections of the logits on frequencies and the fit by cosines of u+v-c (science.md section 4,
// after Nanda et al. 2023, arXiv 2301.05217). All of it reads folded logits only, in the index of
// the operation's group, of order n: for addition a, b and c themselves, n = p.
#pragma once

#include "engine/analysis/folded_logits.h"
#include "engine/analysis/waves.h"

#include <span>
#include <vector>

namespace grokscope {

/// Sum over k in `frequencies` of P_k L = C_k C_k^T L + S_k S_k^T L, where C_k = (sqrt(2)/n)
/// cos(w_k(u+v)) over the pairs and S_k the same with sin; for k = n/2 C_k = (1/n) cos(w_k(u+v))
/// alone. The result depends on a pair through s = (u+v) mod n alone: [n, classes], row s, column
/// c. Frequencies in 1..n/2, each at most once; throws std::invalid_argument otherwise, and when
/// the waves are of another order. Any thread.
[[nodiscard]] std::vector<double> project_logits(const FoldedLogits& folded, const Waves& waves,
                                                 std::span<const int> frequencies);

/// Logits restricted to `frequencies`: project_logits() plus the mean over all pairs of each class.
/// With all of 1..n/2 that is the mean over the pairs of each sum.
[[nodiscard]] std::vector<double> restrict_logits(const FoldedLogits& folded, const Waves& waves,
                                                  std::span<const int> frequencies);

/// coef_k = <D_k, L> for k = 1..n/2 at index k-1, D_k = sqrt(m/n^3) cos(w_k(u+v-c)), of norm 1 over
/// the n^3 entries of the group, m the frequency's dimensions. The D_k are orthogonal, so the
/// least-squares fit of L by a set of them is the sum of coef_k D_k over the set. Any thread.
[[nodiscard]] std::vector<double> fit_coefficients(const FoldedLogits& folded, const Waves& waves);

/// Share of the logits' variation that the fit explains: sum of coef_k^2 over `frequencies`, over
/// ||L - grand mean||^2. NaN when the logits are constant.
[[nodiscard]] double fit_r_squared(std::span<const double> coefficients, const FoldedLogits& folded,
                                   std::span<const int> frequencies);

/// Cross-entropy of the fit used as logits, nats. It depends on u+v-c alone, so that every pair,
/// trained on or not, has this same loss.
[[nodiscard]] double fit_loss(std::span<const double> coefficients, const Waves& waves,
                              std::span<const int> frequencies);

/// Throws std::invalid_argument unless all are in 1..order/2 and none occurs twice.
void require_frequencies(std::span<const int> frequencies, int order);

} // namespace grokscope
