// Whether the logits of every pair point at the right answer on the clock face of a frequency.
#pragma once

#include "engine/analysis/waves.h"
#include "engine/protocol/group_index.h"

#include <span>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Clock coherence of each frequency (science.md section 5): |mean over all pairs of
/// exp(i(phi_k - w_k(u+v)))|, phi_k(u,v) = arg sum_c L[(u,v),c] exp(i w_k c), the model's own hand,
/// in the index of the group. 1 if every pair's logits point the right way; a pair without a hand
/// (the sum is zero) counts 0. logits: [n*n, p], row u*n + v, a column for each number. Result in
/// the order of `frequencies`, 0..1. It shows what is computed, not that this circuit computes it
/// (Zhong et al. 2023, arXiv 2306.17844). Works on `pool` in units of one u; equal bits for any
/// number of threads. Throws std::invalid_argument on a wrong size or frequency.
[[nodiscard]] std::vector<double> clock_coherence(std::span<const float> logits,
                                                  const GroupIndex& group, const Waves& waves,
                                                  std::span<const int> frequencies,
                                                  WorkerPool& pool);

} // namespace grokscope
