#include "engine/model/adamw.h"

#include "engine/model/fused/kernels.h"

#include <cmath>

namespace grokscope {

namespace {

template <typename Scalar>
void update(const AdamWSettings& s, std::int64_t step_number, std::span<Scalar> weights,
            std::span<const Scalar> gradients, std::span<Scalar> first_moment,
            std::span<Scalar> second_moment) {
    // Scalars in double and rounded once, as PyTorch does.
    const double correction1 = 1 - std::pow(s.beta1, static_cast<double>(step_number));
    const double correction2 = 1 - std::pow(s.beta2, static_cast<double>(step_number));
    static const fused::Kernels<Scalar>& kKernels =
        fused::kernels<Scalar>(fused::best_simd_level());
    kKernels.adamw({.keep = static_cast<Scalar>(1 - s.learning_rate * s.weight_decay),
                    .beta1 = static_cast<Scalar>(s.beta1),
                    .rest1 = static_cast<Scalar>(1 - s.beta1),
                    .beta2 = static_cast<Scalar>(s.beta2),
                    .rest2 = static_cast<Scalar>(1 - s.beta2),
                    .inverse_root2 = static_cast<Scalar>(1 / std::sqrt(correction2)),
                    .epsilon = static_cast<Scalar>(s.epsilon),
                    .rate = static_cast<Scalar>(s.learning_rate / correction1)},
                   weights.size(), weights.data(), gradients.data(), first_moment.data(),
                   second_moment.data());
}

} // namespace

void adamw_update(const AdamWSettings& settings, std::int64_t step_number, std::span<float> weights,
                  std::span<const float> gradients, std::span<float> first_moment,
                  std::span<float> second_moment) {
    update<float>(settings, step_number, weights, gradients, first_moment, second_moment);
}

void adamw_update(const AdamWSettings& settings, std::int64_t step_number,
                  std::span<double> weights, std::span<const double> gradients,
                  std::span<double> first_moment, std::span<double> second_moment) {
    update<double>(settings, step_number, weights, gradients, first_moment, second_moment);
}

} // namespace grokscope
