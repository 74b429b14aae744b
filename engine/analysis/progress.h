// Progress measures: all figures of science.md section 4 for one set of weights.
// Threads: used by one thread, the one that may run the pool.
#pragma once

#include "engine/analysis/dft_plan.h"
#include "engine/analysis/neuron_tuning.h"
#include "engine/analysis/progress_losses.h"
#include "engine/analysis/waves.h"
#include "engine/model/parameters.h"
#include "engine/protocol/config.h"
#include "engine/protocol/records.h"
#include "engine/task/task.h"

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
    /// Throws std::invalid_argument when the task is not addition over all pairs. `pool` outlives
    /// this.
    ProgressMeter(const RunConfig& config, const Task& task, WorkerPool& pool);

    /// All measures of `parameters`, which are the ones loaded into `step`, with the key
    /// frequencies of the live rule; it remembers them for the next row (hysteresis). `run` and
    /// `epoch` are left to the caller. Blocks: one forward over the whole grid and about as much
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

    [[nodiscard]] Amplitudes amplitudes_of(const Parameters& parameters);
    /// `key_frequencies` finds them in the amplitudes.
    template <typename Keys>
    [[nodiscard]] ProgressRow compute(const Parameters& parameters, Step& step,
                                      const Keys& key_frequencies);
    /// One forward pass over all pairs: fills logits_ and tuner_.
    void look_at_all_pairs(Step& step);
    void add_logit_figures(ProgressRow& row);
    void add_neuron_figures(ProgressRow& row);

    RunConfig config_;
    SplitGrid split_;
    Waves waves_;
    WorkerPool& pool_;
    std::vector<Pair> pairs_;  // all, row a*p + b
    DftPlan embedding_plan_;   // of W_E without '='
    DftPlan unembedding_plan_; // of W_U
    NeuronTuner tuner_;
    std::vector<int> remembered_;
    std::vector<float> logits_; // [p*p, p]
    std::vector<float> hidden_; // [kNumbersAtOnce*p, d_mlp]
};

} // namespace grokscope
