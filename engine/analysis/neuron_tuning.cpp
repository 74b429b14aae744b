#include "engine/analysis/neuron_tuning.h"

#include "engine/analysis/spectrum.h"
#include "engine/compute/worker_pool.h"

#include <cblas.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace grokscope {

NeuronTuner::NeuronTuner(int p, int neurons) : p_(p), neurons_(neurons) {
    if (p < 3 || neurons < 1) {
        throw std::invalid_argument("neuron tuning needs p >= 3 and at least one neuron, got p = " +
                                    std::to_string(p) + " and " + std::to_string(neurons));
    }
    blocks_.resize(static_cast<std::size_t>((neurons + kBlock - 1) / kBlock));
    const std::vector<double> F = fourier_basis(p);
    const auto row = static_cast<std::ptrdiff_t>(p);
    basis_.assign(F.begin() + row, F.begin() + row * (2 * largest_frequency(p) + 1));
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
    const double pairs = static_cast<double>(p_) * p_;
    const int waves = 2 * largest_frequency(p_);
    std::vector<double> transformed(static_cast<std::size_t>(waves) * kBlock);
    std::vector<double> energy(static_cast<std::size_t>(waves / 2) * kBlock); // times p
    for (const std::vector<double>* const values :
         {&sums.over_b, &sums.over_a, &sums.by_sum, &sums.by_difference}) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, waves, kBlock, p_, 1, basis_.data(),
                    p_, values->data(), kBlock, 0, transformed.data(), kBlock);
        for (std::size_t i = 0; i < transformed.size(); ++i) {
            const std::size_t frequency = i / kBlock / 2;
            energy[frequency * kBlock + i % kBlock] += transformed[i] * transformed[i];
        }
    }
    for (std::size_t i = 0; i < tuning.size(); ++i) {
        double total = 0;
        for (std::size_t a = 0; a < static_cast<std::size_t>(p_); ++a) {
            total += sums.over_b[a * kBlock + i];
        }
        NeuronTuning& neuron = tuning[i];
        neuron.energy = std::max(0.0, sums.squares[i] - total * total / pairs);
        if (neuron.energy < kDeadEnergy) {
            continue;
        }
        for (int k = 1; k <= largest_frequency(p_); ++k) {
            const double explained =
                energy[static_cast<std::size_t>(k - 1) * kBlock + i] / p_ / neuron.energy;
            if (explained > neuron.explained) {
                neuron.explained = explained;
                neuron.frequency = k;
            }
        }
    }
}

} // namespace grokscope
