// Whether the logits of every pair point at the right answer on the clock face of a frequency.
#pragma once

#include "engine/analysis/waves.h"

#include <span>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Clock coherence of each frequency (science.md section 5): |mean over all pairs of
/// exp(i(phi_k - w_k(a+b)))|, phi_k(a,b) = arg sum_c L[(a,b),c] exp(i w_k c), the model's own hand.
/// 1 if every pair's logits point the right way; a pair without a hand (the sum is zero) counts 0.
/// logits: [p*p, p], row a*p + b. Result in the order of `frequencies`, 0..1. It shows what is
/// computed, not that this circuit computes it (Zhong et al. 2023, arXiv 2306.17844). Works on
/// `pool` in units of one a; equal bits for any number of threads. Throws std::invalid_argument on
/// a wrong size or frequency.
[[nodiscard]] std::vector<double> clock_coherence(std::span<const float> logits, const Waves& waves,
                                                  std::span<const int> frequencies,
                                                  WorkerPool& pool);

} // namespace grokscope
