// Adam with decoupled weight decay, as PyTorch computes it (engine.md section 8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace grokscope {

struct AdamWSettings {
    double learning_rate = 1e-3; ///< of this step, warm-up applied
    double weight_decay = 1.0;
    double beta1 = 0.9;
    double beta2 = 0.98;
    double epsilon = 1e-8;
};

/// One step of AdamW on a flat buffer: decay, moments, bias-corrected update (Loshchilov and
/// Hutter, 1711.05101). `step_number` counts from 1. All spans have one length. A learning rate of
/// 0 leaves the weights' bits unchanged while the moments advance. Any thread; does not allocate.
void adamw_update(const AdamWSettings& settings, std::int64_t step_number, std::span<float> weights,
                  std::span<const float> gradients, std::span<float> first_moment,
                  std::span<float> second_moment);

/// The same in double, for the algebra tests.
void adamw_update(const AdamWSettings& settings, std::int64_t step_number,
                  std::span<double> weights, std::span<const double> gradients,
                  std::span<double> first_moment, std::span<double> second_moment);

} // namespace grokscope
