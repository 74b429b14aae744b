// What is recorded of the weights at a recorded epoch.
#pragma once

#include "engine/analysis/group_transform.h"
#include "engine/model/parameters.h"
#include "engine/protocol/records.h"

#include <complex>
#include <vector>

namespace grokscope {

/// Embedding, its spectrum over the operation's group, the spectrum of W_L and the sum of squares
/// of these weights. W_L = W_U^T W_out of the last layer, its neurons' direct way to the logits;
/// with LayerNorm W_U^T diag(gain) W_out, up to the division by each row's own deviation. Then run
/// and epoch are left to the caller. Blocks for about a millisecond at p = 113. Any thread.
[[nodiscard]] Snapshot make_snapshot(const RunConfig& config, const Parameters& parameters);

/// The transform of W_E, [d, vocabulary], the numbers alone.
[[nodiscard]] GroupTransform embedding_transform(const GroupIndex& group, const ModelShape& shape);
/// The transform of W_U, [d, p].
[[nodiscard]] GroupTransform unembedding_transform(const GroupIndex& group, int d_model);

/// What each hidden unit writes on the answers, W_L^T = W_out^T W_U, transformed over their index:
/// [d_mlp, order/2 + 1], sum over c of W_L[c,j] exp(-i w_k c). Empty when the group is.
[[nodiscard]] std::vector<std::complex<float>> output_waves(const Parameters& parameters,
                                                            const GroupTransform& of_unembedding);

/// The snapshot's logit_spectrum alone, A_k(W_L), by unembedding_transform().
[[nodiscard]] std::vector<float> logit_amplitudes(const Parameters& parameters,
                                                  const GroupTransform& of_unembedding);

} // namespace grokscope
