// What is recorded of a run beside its metrics; records own memory and are moved, never copied.
#pragma once

#include "engine/protocol/metrics.h"

#include <cstdint>
#include <vector>

namespace grokscope {

/// The embedding at one epoch and its spectrum (science.md 3.1 to 3.4). Taken every
/// RunConfig::snapshot_every epochs, of the weights theta_e that are the input of epoch `epoch`.
struct Snapshot {
    RunId run{};
    std::int32_t epoch = 0;
    int p = 0;
    int d_model = 0;
    /// Number embeddings E, [p, d_model] row-major: row x is the embedding of token x; '=' is left
    /// out. Float32 as trained.
    std::vector<float> embedding;
    /// A_k(E) for k = 1..(p-1)/2 at index k-1; for even p one more entry, the alternating term.
    std::vector<float> spectrum;
    /// A_0(E).
    float spectrum_mean = 0;
    /// A_k(W_L), W_L = W_U^T W_out [p, d_mlp]: what each neuron writes on the logits; same
    /// indexing.
    std::vector<float> logit_spectrum;
    /// Sum of squares of all trained parameters.
    double weight_sum_squares = 0;

    /// Bytes of memory this record holds.
    [[nodiscard]] std::size_t bytes() const {
        return sizeof *this +
               sizeof(float) * (embedding.size() + spectrum.size() + logit_spectrum.size());
    }
};

} // namespace grokscope
