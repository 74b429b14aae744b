// How much room weights take: recorded, how often they are recorded for it, and in training.
#pragma once

#include "engine/protocol/config.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace grokscope {

/// MB; the largest budget there is, and that of runs that were recorded without one.
inline constexpr int kMostWeightsBudget = 1'000'000;

/// Weights of a model of this configuration, without probes: as many as ParameterLayout counts.
[[nodiscard]] inline std::size_t weight_count(const RunConfig& config) {
    const auto p = static_cast<std::size_t>(config.p);
    const auto width = static_cast<std::size_t>(config.d_model);
    const auto hidden = static_cast<std::size_t>(config.d_mlp);
    const std::size_t context = config.sequence == Sequence::kWithOperation ? 4 : 3;
    const std::size_t norms = config.norm == Norm::kPre ? 2 : 0; // of a block, scale and shift
    const std::size_t block =
        4 * width * width + 2 * width * hidden + hidden + width + norms * 2 * width;
    const std::size_t ends = (p + context - 2) * width + context * width + width * p;
    const std::size_t last_norm = config.norm == Norm::kPre ? 2 * width : 0;
    return ends + last_norm + static_cast<std::size_t>(config.layers) * block;
}

/// Bytes of one record of weights, about: float32 where it is exact; rounded ones pack into a fifth
/// (engine.md section 8).
[[nodiscard]] inline double bytes_of_recorded_weights(const RunConfig& config) {
    return static_cast<double>(weight_count(config)) * sizeof(float) /
           (config.exact_weights ? 1 : 5);
}

/// Epochs between recorded weights: RunConfig::weights_every, doubled as often as it takes for
/// those of all epochs to stay within RunConfig::weights_budget. The few of the start and of marks,
/// and those that an instrument was asked to measure, are recorded whatever the budget.
[[nodiscard]] inline std::int32_t recorded_weights_every(const RunConfig& config) {
    const double most = config.weights_budget * 1e6 / bytes_of_recorded_weights(config);
    const auto fit = [&](std::int32_t every) {
        return static_cast<double>(config.epochs) / every <= most;
    };
    std::int32_t every = config.weights_every;
    while (every < config.epochs && !fit(every)) {
        every *= 2;
    }
    return every;
}

/// Says that weights are recorded less often than asked for, and why: part of a sentence. Empty
/// where they are not.
[[nodiscard]] inline std::string spared_weights_in_words(const RunConfig& config) {
    const std::int32_t every = recorded_weights_every(config);
    if (every == config.weights_every) {
        return {};
    }
    const auto megabytes = static_cast<std::int64_t>(bytes_of_recorded_weights(config) / 1e6 + 0.5);
    return "weights are recorded every " + std::to_string(every) + " epochs, not every " +
           std::to_string(config.weights_every) + ": at " +
           (megabytes > 0 ? std::to_string(megabytes) + " MB" : std::string("under 1 MB")) +
           " each, those of " + std::to_string(config.epochs) + " epochs would take more than " +
           std::to_string(config.weights_budget) + " MB";
}

/// Pairs whose activations the step for layers holds at once, at most.
inline constexpr int kPairsOfSlice = 528;

/// Bytes of a state to go on from: weights, two moments, and past gradients where a rule keeps
/// them.
[[nodiscard]] inline double bytes_of_state(const RunConfig& config) {
    const double past = config.grokfast == Grokfast::kEma  ? 1
                        : config.grokfast == Grokfast::kMa ? 100
                                                           : 0;
    return sizeof(float) * (3 + past) * static_cast<double>(weight_count(config));
}

/// Bytes that training needs with the step for layers, about: a state, its gradient, and weights
/// packed twice; what an update remembers of its rows in every layer (engine.md section 14), of
/// which the last layer needs less; and the program. A record packs a state beside it, as
/// measured in four times its room.
[[nodiscard]] inline double bytes_to_train(const RunConfig& config, bool recorded) {
    constexpr double kProgram = 0.2e9;
    const double pairs =
        std::min(config.batch > 0 ? config.batch : config.train_pairs(), kPairsOfSlice);
    const double early = config.sequence == Sequence::kWithOperation ? 2 : 1; // positions
    const double rows = early * config.p + 2 * pairs;
    const double width = config.d_model;
    const double of_row = 13 * width + 2.0 * config.d_mlp;
    const double of_layer = rows * of_row + pairs * early * 3 * width;
    return kProgram + (recorded ? 5 : 1) * bytes_of_state(config) +
           sizeof(float) *
               (3 * static_cast<double>(weight_count(config)) + config.layers * of_layer);
}

/// Says what training needs of the memory: part of a sentence. Empty below 1 GB, and where another
/// step or device trains.
[[nodiscard]] inline std::string memory_in_words(const RunConfig& config, bool recorded) {
    const double bytes = bytes_to_train(config, recorded);
    if (bytes < 1e9 || config.step == StepKind::kReference || config.device != Device::kCpu) {
        return {};
    }
    const auto rounded = [](double value) {
        return std::to_string(static_cast<std::int64_t>(value + 0.5));
    };
    const auto tenths = static_cast<std::int64_t>(bytes / 1e8 + 0.5);
    return "a model of " + rounded(static_cast<double>(weight_count(config)) / 1e6) +
           " million weights needs about " + std::to_string(tenths / 10) + "." +
           std::to_string(tenths % 10) + " GB of memory to train";
}

} // namespace grokscope
