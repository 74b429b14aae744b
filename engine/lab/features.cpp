// What happens inside the hidden units: how much of each is one frequency, and whether those that
// are turn their input into their output as a clock needs it (arXiv 2602.16849): science.md 3.5.
#include "engine/analysis/neuron_tuning.h"
#include "engine/analysis/snapshot.h"
#include "engine/analysis/waves.h"
#include "engine/lab/instruments.h"
#include "engine/model/cpu_step.h"
#include "engine/protocol/frequencies.h"
#include "engine/protocol/group_index.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <memory>
#include <numbers>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
/// Numbers whose activations are held at once; as ProgressMeter.
constexpr std::size_t kNumbersAtOnce = 16;

/// A mean of what may not be there.
class Mean {
public:
    void add(double value) {
        sum_ += value;
        ++count_;
    }
    [[nodiscard]] double value() const { return count_ > 0 ? sum_ / count_ : kNone; }
    [[nodiscard]] int count() const { return count_; }

private:
    double sum_ = 0;
    int count_ = 0;
};

double turned_by(double radians) {
    return std::abs(std::remainder(radians, 2 * std::numbers::pi));
}

class Features final : public Instrument {
public:
    explicit Features(const Bench& bench)
        : neurons_(static_cast<std::size_t>(bench.config.d_mlp)), pool_(bench.pool),
          group_(bench.config.operation, bench.config.p), pairs_(group_pairs(group_)),
          transform_(unembedding_transform(group_, bench.config.d_model)),
          step_(make_forward_step(bench.config, bench.pool)) {
        if (!group_.empty()) {
            tuner_.emplace(group_.order(), bench.config.d_mlp);
        }
    }

    std::vector<FigureValues> measure(const Subject& subject) override {
        NeuronTunings tunings;
        Mean dominant;
        Mean error;
        Mean difference;
        if (tuner_) {
            tunings = tunings_of(subject.weights);
            const Waves waves(group_.order());
            const std::vector<std::complex<float>> outputs =
                output_waves(subject.weights, transform_);
            const std::size_t row = outputs.size() / neurons_;
            for (std::size_t i = 0; i < neurons_; ++i) {
                const NeuronTuning& neuron = tunings.neurons[i];
                if (!neuron.dead()) {
                    dominant.add(neuron.explained);
                }
                if (!neuron.clustered() ||
                    frequency_dimensions(neuron.frequency, group_.order()) < 2) {
                    continue; // no wave of its own, or one without a phase
                }
                const InputPhases in =
                    tuner_->input_phases(static_cast<int>(i), neuron.frequency, waves);
                const double out =
                    std::arg(outputs[i * row + static_cast<std::size_t>(neuron.frequency)]);
                error.add(turned_by(in.first + in.second - out));
                difference.add(turned_by(in.first - in.second));
            }
        }
        return {{"dominant_share", {dominant.value()}},
                {"phase_error", {error.value()}},
                {"phase_difference", {difference.value()}},
                {"phase_neurons", {static_cast<double>(error.count())}},
                {"frequency_share", std::move(tunings.share_by_frequency)}};
    }

private:
    NeuronTunings tunings_of(const Parameters& weights) {
        const auto n = static_cast<std::size_t>(group_.order());
        step_->load(weights);
        tuner_->clear();
        for (std::size_t u = 0; u < n; u += kNumbersAtOnce) {
            const std::size_t count = std::min(kNumbersAtOnce, n - u);
            const auto pairs = std::span<const Pair>(pairs_).subspan(u * n, count * n);
            hidden_.resize(pairs.size() * neurons_);
            step_->mlp_hidden(pairs, hidden_);
            tuner_->add(static_cast<int>(count), hidden_, pool_);
        }
        return tuner_->finish(pool_);
    }

    std::size_t neurons_;
    WorkerPool& pool_;
    GroupIndex group_;
    std::vector<Pair> pairs_;
    GroupTransform transform_;
    std::unique_ptr<Step> step_;
    std::optional<NeuronTuner> tuner_; // without a group there is none
    std::vector<float> hidden_;        // [some pairs, neurons]
};

} // namespace

std::unique_ptr<Instrument> make_features(const Bench& bench) {
    return std::make_unique<Features>(bench);
}

} // namespace grokscope
