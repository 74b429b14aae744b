// What is recorded of a run beside its metrics; records own memory and are moved, never copied.
#pragma once

#include "engine/protocol/metrics.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
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
    /// A_k(E) over the operation's group, of order n (GroupIndex), for k = 1..n/2 at index k-1;
    /// empty without a group.
    std::vector<float> spectrum;
    /// A_0(E).
    float spectrum_mean = 0;
    /// A_k(W_L), W_L = W_U^T W_out [p, d_mlp]: what each neuron writes on the logits; same
    /// indexing.
    std::vector<float> logit_spectrum;
    /// Sum of squares of all trained parameters.
    double weight_sum_squares = 0;
    /// Which life of the run this belongs to: resets before it (event::RunReset).
    std::uint32_t life = 0;

    /// A copy that leaves out the embedding, for a record that has it elsewhere.
    [[nodiscard]] Snapshot without_embedding() const {
        Snapshot copy;
        copy.run = run;
        copy.epoch = epoch;
        copy.p = p;
        copy.spectrum = spectrum;
        copy.spectrum_mean = spectrum_mean;
        copy.logit_spectrum = logit_spectrum;
        copy.weight_sum_squares = weight_sum_squares;
        copy.life = life;
        return copy;
    }

    /// Bytes of memory this record holds.
    [[nodiscard]] std::size_t bytes() const {
        return sizeof *this +
               sizeof(float) * (embedding.size() + spectrum.size() + logit_spectrum.size());
    }
};

/// One loss in three readings, since publications differ in which they plot: over all pairs of the
/// operation's group, over those that train, over those that test. Mean cross-entropy, nats; NaN
/// where missing.
struct LossBySplit {
    double all = std::numeric_limits<double>::quiet_NaN();
    double train = std::numeric_limits<double>::quiet_NaN();
    double test = std::numeric_limits<double>::quiet_NaN();
};

/// Trained tensors in storage order, as ProgressRow::sum_squares lists them.
inline constexpr std::array<std::string_view, 11> kProgressTensors = {
    "W_E", "W_pos", "W_K", "W_Q", "W_V", "W_O", "W_in", "b_in", "W_out", "b_out", "W_U"};

/// What depends on key frequencies, with those that the run ended with: by the final rule on its
/// newest weights, without hysteresis (science.md 3.3). Computed when the run has ended.
struct FinalMeasures {
    std::vector<int> key_frequencies; ///< increasing, at least one
    LossBySplit restricted_loss;
    double excluded_loss = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> excluded_by_frequency; ///< in the order of key_frequencies
    double fit_r_squared = std::numeric_limits<double>::quiet_NaN();
    double fit_loss = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> clock_coherence; ///< in the order of key_frequencies
};

/// The progress measures of one epoch (science.md section 4, after Nanda et al. 2023, arXiv
/// 2301.05217), of the weights theta_e that are the input of epoch `epoch`. Taken every
/// RunConfig::progress_every epochs. While there is no key frequency, what depends on them is
/// missing: NaN, a gap in a curve, never zero.
struct ProgressRow {
    RunId run{};
    std::int32_t epoch = 0;
    /// Order n of the operation's group (GroupIndex), over whose pairs and frequencies 1..n/2 all
    /// but the sums of squares is measured; 0 without a group: then these are all there is.
    int order = 0;
    /// Key frequencies by the live rule on A_k(W_L), provisional; increasing, often empty.
    std::vector<int> key_frequencies;
    /// Of the logits as they are.
    LossBySplit full_loss;
    /// Of the logits restricted to the key frequencies and their class means.
    LossBySplit restricted_loss;
    /// On the training pairs, of the logits without the key frequencies.
    double excluded_loss = std::numeric_limits<double>::quiet_NaN();
    /// The same without one of them, in the order of key_frequencies.
    std::vector<double> excluded_by_frequency;
    /// Share of the logits' variation explained by cos(w_k(u+v-c)) over the key frequencies, 0..1;
    /// u, v and c the indices of a, b and the class in the group.
    double fit_r_squared = std::numeric_limits<double>::quiet_NaN();
    /// Test loss of that fit.
    double fit_loss = std::numeric_limits<double>::quiet_NaN();
    /// Coefficient of each cos(w_k(u+v-c)), unit norm over n^3, k = 1..n/2 at index k-1.
    std::vector<double> fit_coefficients;
    /// Clock coherence, 0..1, in the order of key_frequencies.
    std::vector<double> clock_coherence;
    /// Gini coefficient and inverse participation ratio of A_1..A_Kmax of W_E and of W_L.
    double gini_W_E = std::numeric_limits<double>::quiet_NaN();
    double gini_W_L = std::numeric_limits<double>::quiet_NaN();
    double ipr_W_E = std::numeric_limits<double>::quiet_NaN();
    double ipr_W_L = std::numeric_limits<double>::quiet_NaN();
    /// Neurons with a fraction of variance explained of at least 0.85 by one frequency, and how
    /// many of them have k as that frequency, at index k-1.
    int clustered_neurons = 0;
    std::vector<int> neurons_by_frequency;
    int neurons = 0;
    /// Neurons whose response does not vary over the pairs; not counted as clustered.
    int dead_neurons = 0;
    /// Amplitude of each frequency in the MLP: the norm over all neurons of what their responses
    /// over the pairs have on the block of frequency k (the energy that `explained` counts,
    /// science.md 3.5), k = 1..n/2 at index k-1. Its squares sum to at most ||mlp_hidden -
    /// mean||^2. Empty in records of older versions.
    std::vector<float> neuron_amplitude;
    /// Sum of squares of each tensor, in the order of kProgressTensors, and of all.
    std::array<double, kProgressTensors.size()> sum_squares{};
    double total_sum_squares = 0;
    /// Seconds it took to compute this row.
    double compute_seconds = 0;
    /// The same measures with the final key frequencies; empty until the run has ended, and where
    /// no weights are recorded.
    std::optional<FinalMeasures> final_measures;
    /// Which life of the run this belongs to: resets before it (event::RunReset).
    std::uint32_t life = 0;
};

} // namespace grokscope
