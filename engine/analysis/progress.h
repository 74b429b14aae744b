// Progress measures: all figures of science.md section 4 for one set of weights.
// Threads: used by one thread, the one that may run the pool.
#pragma once

#include "engine/analysis/group_transform.h"
#include "engine/analysis/neuron_tuning.h"
#include "engine/analysis/progress_losses.h"
#include "engine/analysis/waves.h"
#include "engine/model/parameters.h"
#include "engine/protocol/config.h"
#include "engine/protocol/records.h"
#include "engine/task/task.h"

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace grokscope {

class Step;
class WorkerPool;

/// Computes the progress rows of one run. Reads weights and activations, changes nothing of the
/// training.
class ProgressMeter {
public:
    /// Throws std::invalid_argument when the task is not the operation of `config` over all pairs.
    /// `pool` outlives this.
    ProgressMeter(const RunConfig& config, const Task& task, WorkerPool& pool);

    /// All measures of `parameters`, which are the ones loaded into `step`, with the key
    /// frequencies of the live rule; it remembers them for the next row (hysteresis). `run` and
    /// `epoch` are left to the caller. An operation without a group has sums of squares only.
    /// Blocks: one forward over the whole grid and about as much
    /// again; the same bits for any number of threads. Passes on what the step throws.
    [[nodiscard]] ProgressRow measure(const Parameters& parameters, Step& step);

    /// The same with given key frequencies, as the final rule finds them, and without remembering.
    [[nodiscard]] ProgressRow measure_with(const Parameters& parameters, Step& step,
                                           std::span<const int> key_frequencies);

    /// The key frequencies of the last row of measure(): the memory of the hysteresis, and all that
    /// a resumed run must bring along.
    [[nodiscard]] const std::vector<int>& remembered() const { return remembered_; }
    void remember(std::vector<int> key_frequencies) { remembered_ = std::move(key_frequencies); }

private:
    struct Amplitudes;
    /// What is measured over the group; an operation without one has only the weights' norms.
    struct Fourier {
        Fourier(const RunConfig& config, const Task& task, const GroupIndex& group);

        SplitGrid split;
        Waves waves;
        std::vector<Pair> pairs; // of the group, row u*n + v
        GroupTransform of_embedding;
        GroupTransform of_unembedding;
        NeuronTuner tuner;
    };

    [[nodiscard]] Amplitudes amplitudes_of(const Parameters& parameters, const Fourier& fourier);
    /// `key_frequencies` finds them in the amplitudes.
    template <typename Keys>
    [[nodiscard]] ProgressRow compute(const Parameters& parameters, Step& step,
                                      const Keys& key_frequencies);
    /// One forward pass over the pairs of the group: fills logits_ and the tuner.
    void look_at_all_pairs(Step& step, Fourier& fourier);
    void add_logit_figures(ProgressRow& row, const Fourier& fourier);
    void add_neuron_figures(ProgressRow& row, const Fourier& fourier);

    RunConfig config_;
    WorkerPool& pool_;
    std::optional<Fourier> fourier_;
    std::vector<int> remembered_;
    std::vector<float> logits_; // [n*n, p]
    std::vector<float> hidden_; // [kNumbersAtOnce*n, d_mlp]
};

} // namespace grokscope
