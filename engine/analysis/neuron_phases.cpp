#include "engine/analysis/neuron_phases.h"

#include "engine/analysis/snapshot.h"
#include "engine/analysis/waves.h"
#include "engine/model/cpu_step.h"
#include "engine/protocol/frequencies.h"

#include <algorithm>
#include <complex>
#include <span>

namespace grokscope {

namespace {

/// Numbers a whose activations are held at once; as many as the progress measures hold.
constexpr std::size_t kRowsAtOnce = 16;

} // namespace

NeuronReader::NeuronReader(const RunConfig& config, WorkerPool& pool)
    : neurons_(static_cast<std::size_t>(config.d_mlp)), pool_(pool),
      group_(config.operation, config.p), pairs_(group_pairs(group_)),
      transform_(unembedding_transform(group_, config.d_model)),
      step_(make_forward_step(config, pool)) {
    if (!group_.empty()) {
        tuner_.emplace(group_.order(), config.d_mlp);
    }
}

NeuronReading NeuronReader::read(const Parameters& weights) {
    NeuronReading reading;
    if (!tuner_) {
        return reading;
    }
    reading.tunings = tunings_of(weights);
    const Waves waves(group_.order());
    const std::vector<std::complex<float>> outputs = output_waves(weights, transform_);
    const std::size_t row = outputs.size() / neurons_;
    for (std::size_t i = 0; i < neurons_; ++i) {
        const NeuronTuning& neuron = reading.tunings.neurons[i];
        if (!neuron.clustered() || frequency_dimensions(neuron.frequency, group_.order()) < 2) {
            continue; // no wave of its own, or one without a phase
        }
        const InputPhases in = tuner_->input_phases(static_cast<int>(i), neuron.frequency, waves);
        const double out = std::arg(outputs[i * row + static_cast<std::size_t>(neuron.frequency)]);
        reading.phases.push_back({static_cast<int>(i), neuron.frequency, in.first, in.second, out});
    }
    return reading;
}

NeuronTunings NeuronReader::tunings_of(const Parameters& weights) {
    const auto n = static_cast<std::size_t>(group_.order());
    step_->load(weights);
    tuner_->clear();
    for (std::size_t u = 0; u < n; u += kRowsAtOnce) {
        const std::size_t count = std::min(kRowsAtOnce, n - u);
        const auto pairs = std::span<const Pair>(pairs_).subspan(u * n, count * n);
        hidden_.resize(pairs.size() * neurons_);
        step_->mlp_hidden(pairs, hidden_);
        tuner_->add(static_cast<int>(count), hidden_, pool_);
    }
    return tuner_->finish(pool_);
}

} // namespace grokscope
