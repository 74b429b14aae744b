#include "engine/analysis/progress.h"

#include "engine/analysis/clock.h"
#include "engine/analysis/concentration.h"
#include "engine/analysis/folded_logits.h"
#include "engine/analysis/key_frequencies.h"
#include "engine/analysis/logit_fourier.h"
#include "engine/analysis/snapshot.h"
#include "engine/analysis/spectrum.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/row_kernels.h"
#include "engine/model/step.h"
#include "engine/protocol/frequencies.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>

namespace grokscope {

static_assert(kProgressTensors == kTensorNames, "a row lists the tensors in storage order");

namespace {

/// Numbers a whose activations are held at once: 3.7 MB of them at the default size, not 26.
constexpr int kNumbersAtOnce = 16;
static_assert(kNumbersAtOnce % kNumbersTogether == 0, "else the tuner refuses the portions");

} // namespace

/// A_1..A_Kmax.
struct ProgressMeter::Amplitudes {
    std::vector<float> W_E;
    std::vector<float> W_L;
};

ProgressMeter::Fourier::Fourier(const RunConfig& config, const Task& task, const GroupIndex& group)
    : split(task, group), waves(group.order()), pairs(group_pairs(group)),
      of_embedding(embedding_transform(group, ModelShape::of(config))),
      of_unembedding(unembedding_transform(group, config.d_model)),
      tuner(group.order(), config.d_mlp) {
}

ProgressMeter::ProgressMeter(const RunConfig& config, const Task& task, WorkerPool& pool)
    : config_(config), pool_(pool) {
    if (const GroupIndex group(config.operation, config.p); !group.empty()) {
        fourier_.emplace(config, task, group);
    }
}

ProgressMeter::Amplitudes ProgressMeter::amplitudes_of(const Parameters& parameters,
                                                       const Fourier& fourier) {
    Amplitudes of;
    pool_.run(2, [&](int unit, int) {
        if (unit == 0) {
            of.W_L = logit_amplitudes(parameters, fourier.of_unembedding);
        } else {
            of.W_E = spectrum(fourier.of_embedding, parameters.view(Tensor::W_E)).amplitudes;
        }
    });
    return of;
}

ProgressRow ProgressMeter::measure(const Parameters& parameters, Step& step) {
    const auto live = [this](const Amplitudes& amplitudes) {
        return remembered_ = live_key_frequencies(amplitudes.W_L, remembered_);
    };
    return compute(parameters, step, live);
}

ProgressRow ProgressMeter::measure_with(const Parameters& parameters, Step& step,
                                        std::span<const int> key_frequencies) {
    const auto given = [key_frequencies](const Amplitudes&) {
        return std::vector<int>(key_frequencies.begin(), key_frequencies.end());
    };
    return compute(parameters, step, given);
}

template <typename Keys>
ProgressRow ProgressMeter::compute(const Parameters& parameters, Step& step,
                                   const Keys& key_frequencies) {
    const auto began = std::chrono::steady_clock::now();
    ProgressRow row;
    for (const TensorSpec& tensor : parameters.layout().tensors()) {
        const double squares = sum_squares(parameters.view(tensor));
        if (const auto kind = static_cast<std::size_t>(tensor.kind); kind < kTensorCount) {
            row.sum_squares[kind] += squares; // of all layers
        }
        row.total_sum_squares += squares;
    }
    if (fourier_) {
        const Amplitudes amplitudes = amplitudes_of(parameters, *fourier_);
        row.order = fourier_->waves.p();
        row.key_frequencies = key_frequencies(amplitudes);
        row.gini_W_E = gini(amplitudes.W_E);
        row.gini_W_L = gini(amplitudes.W_L);
        row.ipr_W_E = inverse_participation_ratio(amplitudes.W_E);
        row.ipr_W_L = inverse_participation_ratio(amplitudes.W_L);
        look_at_all_pairs(step, *fourier_);
        add_logit_figures(row, *fourier_);
        add_neuron_figures(row, *fourier_);
    }
    row.compute_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return row;
}

void ProgressMeter::look_at_all_pairs(Step& step, Fourier& fourier) {
    const auto n = static_cast<std::size_t>(fourier.waves.p());
    const auto p = static_cast<std::size_t>(config_.p);
    logits_.resize(n * n * p);
    fourier.tuner.clear();
    for (std::size_t u = 0; u < n; u += kNumbersAtOnce) {
        const std::size_t count = std::min<std::size_t>(kNumbersAtOnce, n - u);
        const auto pairs = std::span<const Pair>(fourier.pairs).subspan(u * n, count * n);
        hidden_.resize(pairs.size() * static_cast<std::size_t>(config_.d_mlp));
        step.activations(pairs, std::span(logits_).subspan(u * n * p, pairs.size() * p), hidden_);
        fourier.tuner.add(static_cast<int>(count), hidden_, pool_);
    }
}

void ProgressMeter::add_logit_figures(ProgressRow& row, const Fourier& fourier) {
    const FoldedLogits folded = fold_logits(logits_, fourier.split.group, pool_);
    row.fit_coefficients = fit_coefficients(folded, fourier.waves);

    const std::span<const int> keys = row.key_frequencies;
    std::vector<std::vector<double>> removed;
    if (!keys.empty()) {
        removed.push_back(project_logits(folded, fourier.waves, keys));
        for (std::size_t i = 0; i < keys.size(); ++i) {
            removed.push_back(project_logits(folded, fourier.waves, keys.subspan(i, 1)));
        }
    }
    const PairLosses losses = pair_losses(logits_, fourier.split, removed, pool_);
    row.full_loss = losses.full;
    if (keys.empty()) {
        return; // what depends on key frequencies stays missing
    }
    row.excluded_loss = losses.excluded.front();
    row.excluded_by_frequency.assign(losses.excluded.begin() + 1, losses.excluded.end());
    row.restricted_loss = table_losses(restrict_logits(folded, fourier.waves, keys), fourier.split);
    row.fit_r_squared = fit_r_squared(row.fit_coefficients, folded, keys);
    row.fit_loss = fit_loss(row.fit_coefficients, fourier.waves, keys);
    row.clock_coherence = clock_coherence(logits_, fourier.split.group, fourier.waves, keys, pool_);
}

void ProgressMeter::add_neuron_figures(ProgressRow& row, const Fourier& fourier) {
    row.neurons = config_.d_mlp;
    row.neurons_by_frequency.assign(static_cast<std::size_t>(largest_frequency(row.order)), 0);
    const NeuronTunings tunings = fourier.tuner.finish(pool_);
    for (const double energy : tunings.energy_by_frequency) {
        row.neuron_amplitude.push_back(static_cast<float>(std::sqrt(energy)));
    }
    for (const NeuronTuning& neuron : tunings.neurons) {
        row.dead_neurons += neuron.dead() ? 1 : 0;
        if (neuron.clustered()) {
            ++row.clustered_neurons;
            ++row.neurons_by_frequency[static_cast<std::size_t>(neuron.frequency - 1)];
        }
    }
}

} // namespace grokscope
