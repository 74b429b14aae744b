// What is recorded of the weights at a recorded epoch.
#pragma once

#include "engine/analysis/dft_plan.h"
#include "engine/model/parameters.h"
#include "engine/protocol/records.h"

#include <vector>

namespace grokscope {

/// Embedding, its spectrum, the spectrum of W_L = W_U^T W_out and the sum of squares of these
/// weights; run and epoch are left to the caller. Blocks for about a millisecond at p = 113. Any
/// thread.
[[nodiscard]] Snapshot make_snapshot(const RunConfig& config, const Parameters& parameters);

/// Its logit_spectrum alone, A_k(W_L). `plan` has one signal per row of W_U: length p, count d,
/// distance p.
[[nodiscard]] std::vector<float> logit_amplitudes(const Parameters& parameters,
                                                  const DftPlan& plan);

} // namespace grokscope
