// What happens inside the hidden units: how much of each is one frequency, and whether those that
// are turn their input into their output as a clock needs it (arXiv 2602.16849): science.md 3.5.
#include "engine/analysis/neuron_phases.h"
#include "engine/lab/instruments.h"

#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

constexpr double kNoMean = std::numeric_limits<double>::quiet_NaN();

/// A mean of what may not be there.
class Mean {
public:
    void add(double value) {
        sum_ += value;
        ++count_;
    }
    [[nodiscard]] double value() const { return count_ > 0 ? sum_ / count_ : kNoMean; }
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
    explicit Features(const Bench& bench) : reader_(bench.config, bench.pool) {}

    std::vector<FigureValues> measure(const Subject& subject) override {
        NeuronReading reading = reader_.read(subject.weights);
        Mean dominant;
        for (const NeuronTuning& neuron : reading.tunings.neurons) {
            if (!neuron.dead()) {
                dominant.add(neuron.explained);
            }
        }
        Mean error;
        Mean difference;
        for (const NeuronPhases& neuron : reading.phases) {
            error.add(turned_by(neuron.first + neuron.second - neuron.output));
            difference.add(turned_by(neuron.first - neuron.second));
        }
        return {{"dominant_share", {dominant.value()}},
                {"phase_error", {error.value()}},
                {"phase_difference", {difference.value()}},
                {"phase_neurons", {static_cast<double>(error.count())}},
                {"frequency_share", std::move(reading.tunings.share_by_frequency)}};
    }

private:
    NeuronReader reader_;
};

} // namespace

std::unique_ptr<Instrument> make_features(const Bench& bench) {
    return std::make_unique<Features>(bench);
}

} // namespace grokscope
