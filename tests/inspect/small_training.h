// Parts of a run that trains for real without libtorch, and small enough for a test.
#pragma once

#include "engine/model/fused_step.h"
#include "engine/train/engine_parts.h"

#include <cmath>
#include <memory>
#include <random>

namespace grokscope::test {

/// Normal weights of the scales of science.md 1.2; their bits need not be PyTorch's here.
inline TrainingState normal_initial_state(const RunConfig& config) {
    TrainingState state(ModelShape::of(config));
    std::mt19937 generator(config.seed);
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        if (tensor == Tensor::b_in || tensor == Tensor::b_out) {
            continue;
        }
        const auto size = static_cast<float>(tensor == Tensor::W_U ? config.p + 1 : config.d_model);
        for (float& weight : state.parameters.view(tensor)) {
            weight = normal(generator) / std::sqrt(size);
        }
    }
    return state;
}

inline EngineParts fused_parts() {
    EngineParts parts;
    parts.make_task = make_task;
    parts.make_initial_state = normal_initial_state;
    parts.make_step = [](const RunConfig& config, const Task& task, WorkerPool& pool) {
        return std::make_unique<FusedStep>(config, task.train, pool);
    };
    return parts;
}

} // namespace grokscope::test
