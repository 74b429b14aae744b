#include "engine/analysis/neuron_tuning.h"

#include "engine/analysis/waves.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/row_kernels.h"
#include "engine/protocol/frequencies.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace grokscope {

namespace {

/// Numbers x that differ from their mirror image p - x, of each such two the smaller: 1..(p-1)/2.
constexpr int mirrored_numbers(int p) {
    return (p - 1) / 2;
}

/// What counts of the energy that frequency k has in one of the response's sums: over b, over a, by
/// a+b and by a-b.
constexpr double share_of_sum(int k, int p, std::size_t which) {
    return frequency_dimensions(k, p) == 1 && which >= 2 ? 0.5 : 1;
}

} // namespace

NeuronTuner::NeuronTuner(int p, int neurons) : p_(p), neurons_(neurons) {
    if (p < 3 || neurons < 1) {
        throw std::invalid_argument("neuron tuning needs p >= 3 and at least one neuron, got p = " +
                                    std::to_string(p) + " and " + std::to_string(neurons));
    }
    blocks_.resize(static_cast<std::size_t>((neurons + kBlock - 1) / kBlock));
    const Waves waves(p);
    for (int k = 1; k <= largest_frequency(p); ++k) {
        const double norm = std::sqrt(static_cast<double>(frequency_dimensions(k, p)) / p);
        for (int x = 0; x <= p / 2; ++x) {
            cosines_.push_back(norm * waves.cosine(k, x));
        }
        for (int x = 1; x <= mirrored_numbers(p); ++x) {
            sines_.push_back(norm * waves.sine(k, x));
        }
    }
    clear();
}

int NeuronTuner::width_of(int block) const {
    return std::min(kBlock, neurons_ - block * kBlock);
}

void NeuronTuner::clear() {
    for (Sums& sums : blocks_) {
        sums.values.assign(static_cast<std::size_t>(p_) * kResponseSums * kBlock, 0);
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
    if (added_ % kNumbersTogether != 0) {
        throw std::invalid_argument("neuron tuning takes numbers in portions of " +
                                    std::to_string(kNumbersTogether) + ", but has " +
                                    std::to_string(added_) + " already");
    }
    pool.run(static_cast<int>(blocks_.size()),
             [&](int block, int) { add_to_block(block, count, hidden); });
    added_ += count;
}

void NeuronTuner::add_to_block(int block, int count, std::span<const float> hidden) {
    Sums& sums = blocks_[static_cast<std::size_t>(block)];
    const ResponseGrid grid{.p = p_,
                            .neurons = static_cast<std::size_t>(neurons_),
                            .count = static_cast<std::size_t>(width_of(block)),
                            .width = kBlock};
    add_responses(hidden.data() + static_cast<std::size_t>(block) * kBlock, grid, added_, count,
                  sums.values.data(), sums.squares.data());
}

void NeuronTuner::require_all() const {
    if (added_ != p_) {
        throw std::logic_error("neuron tuning was finished after " + std::to_string(added_) +
                               " of " + std::to_string(p_) + " numbers");
    }
}

InputPhases NeuronTuner::input_phases(int neuron, int k, const Waves& waves) const {
    require_all();
    const std::vector<double>& sums = blocks_[static_cast<std::size_t>(neuron / kBlock)].values;
    std::complex<double> first;
    std::complex<double> second;
    for (int x = 0; x < p_; ++x) {
        const double* const of_x = &sums[static_cast<std::size_t>(x) * kResponseSums * kBlock +
                                         static_cast<std::size_t>(neuron % kBlock)];
        const std::complex<double> turned(waves.cosine(k, x), -waves.sine(k, x));
        first += of_x[0] * turned; // the sum over b
        second += of_x[kBlock] * turned;
    }
    return {std::arg(first), std::arg(second)};
}

NeuronTunings NeuronTuner::finish(WorkerPool& pool) const {
    require_all();
    const auto frequencies = static_cast<std::size_t>(largest_frequency(p_));
    NeuronTunings result;
    result.neurons.resize(static_cast<std::size_t>(neurons_));
    std::vector<double> energies(blocks_.size() * frequencies);
    std::vector<double> shares(energies.size());
    pool.run(static_cast<int>(blocks_.size()), [&](int block, int) {
        const auto index = static_cast<std::size_t>(block);
        tune_block(block,
                   std::span(result.neurons)
                       .subspan(index * kBlock, static_cast<std::size_t>(width_of(block))),
                   std::span(energies).subspan(index * frequencies, frequencies),
                   std::span(shares).subspan(index * frequencies, frequencies));
    });
    result.energy_by_frequency.resize(frequencies);
    result.share_by_frequency.resize(frequencies);
    for (std::size_t i = 0; i < energies.size(); ++i) { // in order of the blocks
        result.energy_by_frequency[i % frequencies] += energies[i];
        result.share_by_frequency[i % frequencies] += shares[i];
    }
    const auto living = std::ranges::count_if(
        result.neurons, [](const NeuronTuning& neuron) { return !neuron.dead(); });
    for (double& share : result.share_by_frequency) {
        share /= static_cast<double>(living); // 0 over 0 is NaN
    }
    return result;
}

void NeuronTuner::tune_block(int block, std::span<NeuronTuning> tuning, std::span<double> energies,
                             std::span<double> shares) const {
    const Sums& sums = blocks_[static_cast<std::size_t>(block)];
    const double pairs = static_cast<double>(p_) * p_;
    const int frequencies = largest_frequency(p_);
    constexpr std::size_t kWidth = kResponseSums * kBlock;
    const auto row_of = [&](int x) { return &sums.values[static_cast<std::size_t>(x) * kWidth]; };
    std::vector<double> even(static_cast<std::size_t>(p_ / 2 + 1) * kWidth);
    std::vector<double> odd(static_cast<std::size_t>(mirrored_numbers(p_)) * kWidth);
    for (int x = 0; x <= p_ / 2; ++x) {
        double* const sum = &even[static_cast<std::size_t>(x) * kWidth];
        if (x == 0 || 2 * x == p_) { // its own mirror image
            std::copy_n(row_of(x), kWidth, sum);
            continue;
        }
        double* const difference = &odd[static_cast<std::size_t>(x - 1) * kWidth];
        for (std::size_t i = 0; i < kWidth; ++i) {
            sum[i] = row_of(x)[i] + row_of(p_ - x)[i];
            difference[i] = row_of(x)[i] - row_of(p_ - x)[i];
        }
    }
    std::vector<double> transformed(static_cast<std::size_t>(frequencies) * kWidth);
    std::vector<double> energy(static_cast<std::size_t>(frequencies) * kBlock); // times p
    const auto add_energy = [&](const std::vector<double>& waves, const std::vector<double>& of) {
        const int length = static_cast<int>(of.size() / kWidth);
        constexpr int kColumns = kWidth;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, frequencies, kColumns, length, 1,
                    waves.data(), length, of.data(), kColumns, 0, transformed.data(), kColumns);
        for (std::size_t row = 0; row < transformed.size() / kBlock; ++row) {
            const std::size_t index = row / kResponseSums;
            const double share = share_of_sum(static_cast<int>(index) + 1, p_, row % kResponseSums);
            double* const of_frequency = &energy[index * kBlock];
            for (std::size_t i = 0; i < kBlock; ++i) {
                const double value = transformed[row * kBlock + i];
                of_frequency[i] += share * (value * value);
            }
        }
    };
    add_energy(cosines_, even);
    add_energy(sines_, odd);
    for (std::size_t i = 0; i < tuning.size(); ++i) {
        double total = 0;
        for (std::size_t a = 0; a < static_cast<std::size_t>(p_); ++a) {
            total += sums.values[a * kWidth + i];
        }
        NeuronTuning& neuron = tuning[i];
        neuron.energy = std::max(0.0, sums.squares[i] - total * total / pairs);
        const bool dead = neuron.energy < kDeadEnergy;
        for (int k = 1; k <= frequencies; ++k) {
            const double of_k = energy[static_cast<std::size_t>(k - 1) * kBlock + i] / p_;
            const double explained = dead ? 0 : of_k / neuron.energy;
            energies[static_cast<std::size_t>(k - 1)] += of_k;
            shares[static_cast<std::size_t>(k - 1)] += explained;
            if (explained > neuron.explained) {
                neuron.explained = explained;
                neuron.frequency = k;
            }
        }
    }
}

} // namespace grokscope
