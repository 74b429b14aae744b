#include "engine/analysis/neuron_tuning.h"

#include "engine/analysis/spectrum.h"
#include "engine/compute/worker_pool.h"

#include <algorithm>
#include <complex>
#include <stdexcept>
#include <string>

namespace grokscope {

NeuronTuner::NeuronTuner(int p, int neurons) : p_(p), neurons_(neurons) {
    if (p < 3 || neurons < 1) {
        throw std::invalid_argument("neuron tuning needs p >= 3 and at least one neuron, got p = " +
                                    std::to_string(p) + " and " + std::to_string(neurons));
    }
    const int blocks = (neurons + kBlock - 1) / kBlock;
    for (int block = 0; block < blocks; ++block) {
        blocks_.emplace_back();
        plans_.emplace_back(SignalBatch{.length = p, .count = 4 * width_of(block), .distance = p});
    }
    clear();
}

int NeuronTuner::width_of(int block) const {
    return std::min(kBlock, neurons_ - block * kBlock);
}

void NeuronTuner::clear() {
    const auto size = static_cast<std::size_t>(p_) * kBlock;
    for (Sums& sums : blocks_) {
        for (std::vector<double>* const values :
             {&sums.over_b, &sums.over_a, &sums.by_sum, &sums.by_difference}) {
            values->assign(size, 0);
        }
        sums.squares.assign(kBlock, 0);
    }
    added_ = 0;
}

void NeuronTuner::add(int count, std::span<const float> hidden, WorkerPool& pool) {
    const std::size_t expected = static_cast<std::size_t>(count) * static_cast<std::size_t>(p_) *
                                 static_cast<std::size_t>(neurons_);
    if (count < 1 || added_ + count > p_ || hidden.size() != expected) {
        throw std::invalid_argument("neuron tuning takes the pairs of up to " +
                                    std::to_string(p_ - added_) + " more numbers, got " +
                                    std::to_string(count) + " with " +
                                    std::to_string(hidden.size()) + " activations, " +
                                    std::to_string(expected) + " expected");
    }
    pool.run(static_cast<int>(blocks_.size()),
             [&](int block, int) { add_to_block(block, count, hidden); });
    added_ += count;
}

void NeuronTuner::add_to_block(int block, int count, std::span<const float> hidden) {
    Sums& sums = blocks_[static_cast<std::size_t>(block)];
    const auto width = static_cast<std::size_t>(width_of(block));
    const auto stride = static_cast<std::size_t>(neurons_);
    const float* response = hidden.data() + static_cast<std::size_t>(block) * kBlock;
    const auto row = [](std::vector<double>& values, int i) {
        return values.data() + static_cast<std::size_t>(i) * kBlock;
    };
    double* const squares = sums.squares.data();
    for (int a = added_; a < added_ + count; ++a) {
        double* const over_b = row(sums.over_b, a);
        for (int b = 0; b < p_; ++b, response += stride) {
            double* const over_a = row(sums.over_a, b);
            double* const by_sum = row(sums.by_sum, (a + b) % p_);
            double* const by_difference = row(sums.by_difference, (a - b + p_) % p_);
            for (std::size_t i = 0; i < width; ++i) {
                const double value = response[i];
                over_b[i] += value;
                over_a[i] += value;
                by_sum[i] += value;
                by_difference[i] += value;
                squares[i] += value * value;
            }
        }
    }
}

std::vector<NeuronTuning> NeuronTuner::finish(WorkerPool& pool) const {
    if (added_ != p_) {
        throw std::logic_error("neuron tuning was finished after " + std::to_string(added_) +
                               " of " + std::to_string(p_) + " numbers");
    }
    std::vector<NeuronTuning> tuning(static_cast<std::size_t>(neurons_));
    pool.run(static_cast<int>(blocks_.size()), [&](int block, int) {
        tune_block(block, std::span(tuning).subspan(static_cast<std::size_t>(block) * kBlock,
                                                    static_cast<std::size_t>(width_of(block))));
    });
    return tuning;
}

void NeuronTuner::tune_block(int block, std::span<NeuronTuning> tuning) const {
    const Sums& sums = blocks_[static_cast<std::size_t>(block)];
    const DftPlan& plan = plans_[static_cast<std::size_t>(block)];
    const auto p = static_cast<std::size_t>(p_);
    const double pairs = static_cast<double>(p_) * p_;

    std::vector<double> means(tuning.size());
    for (std::size_t a = 0; a < p; ++a) {
        for (std::size_t i = 0; i < means.size(); ++i) {
            means[i] += sums.over_b[a * kBlock + i] / pairs;
        }
    }
    // Four signals per neuron; the mean is removed before they are rounded to float.
    std::vector<float> signals(4 * means.size() * p);
    float* out = signals.data();
    for (std::size_t i = 0; i < means.size(); ++i) {
        for (const std::vector<double>* const values :
             {&sums.over_b, &sums.over_a, &sums.by_sum, &sums.by_difference}) {
            for (std::size_t x = 0; x < p; ++x) {
                *out++ = static_cast<float>((*values)[x * kBlock + i] - means[i] * p_);
            }
        }
    }
    const std::size_t coefficients = plan.coefficients();
    std::vector<std::complex<float>> transformed(4 * means.size() * coefficients);
    plan.execute(signals, transformed);

    for (std::size_t i = 0; i < means.size(); ++i) {
        NeuronTuning& neuron = tuning[i];
        neuron.energy = std::max(0.0, sums.squares[i] - pairs * means[i] * means[i]);
        if (neuron.energy < kDeadEnergy) {
            continue;
        }
        for (int k = 1; k <= largest_frequency(p_); ++k) {
            double energy = 0;
            for (std::size_t signal = 4 * i; signal < 4 * i + 4; ++signal) {
                energy += std::norm(std::complex<double>(
                    transformed[signal * coefficients + static_cast<std::size_t>(k)]));
            }
            const double explained = 2 / pairs * energy / neuron.energy;
            if (explained > neuron.explained) {
                neuron.explained = explained;
                neuron.frequency = k;
            }
        }
    }
}

} // namespace grokscope
