// How the hidden units of a model are tuned, and the phases of those that chose a frequency.
#pragma once

#include "engine/analysis/group_transform.h"
#include "engine/analysis/neuron_tuning.h"
#include "engine/model/parameters.h"
#include "engine/model/step.h"
#include "engine/protocol/config.h"
#include "engine/protocol/group_index.h"
#include "engine/protocol/study.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace grokscope {

class WorkerPool;

struct NeuronReading {
    NeuronTunings tunings;
    /// Of clustered neurons whose frequency has a sine, by neuron: as a function of the first
    /// number alone it goes like cos(w_k u + first), of the second alone like cos(w_k v + second),
    /// and output = arg sum_c W_L[c,j] exp(-i w_k c), all over indices of the operation's group.
    std::vector<NeuronPhases> phases;
};

/// Reads the hidden units of weights of one shape over all pairs of the operation's group
/// (science.md 3.5, arXiv 2602.16849). Threads: used by the one thread that may run the pool.
class NeuronReader {
public:
    /// `pool` outlives this.
    NeuronReader(const RunConfig& config, WorkerPool& pool);

    /// Both empty without a group. Blocks for a forward pass over all pairs. Equal bits for any
    /// number of threads. Throws std::invalid_argument for weights of another shape.
    [[nodiscard]] NeuronReading read(const Parameters& weights);

private:
    [[nodiscard]] NeuronTunings tunings_of(const Parameters& weights);

    std::size_t neurons_;
    WorkerPool& pool_;
    GroupIndex group_;
    std::vector<Pair> pairs_;
    GroupTransform transform_;
    std::unique_ptr<Step> step_;
    std::optional<NeuronTuner> tuner_; // without a group there is none
    std::vector<float> hidden_;        // [some pairs, neurons]
};

} // namespace grokscope
