#include "engine/model/adamw.h"

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
    const auto keep = static_cast<Scalar>(1 - s.learning_rate * s.weight_decay);
    const auto b1 = static_cast<Scalar>(s.beta1);
    const auto c1 = static_cast<Scalar>(1 - s.beta1);
    const auto b2 = static_cast<Scalar>(s.beta2);
    const auto c2 = static_cast<Scalar>(1 - s.beta2);
    const auto root2 = static_cast<Scalar>(std::sqrt(correction2));
    const auto epsilon = static_cast<Scalar>(s.epsilon);
    const auto rate = static_cast<Scalar>(s.learning_rate / correction1);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Scalar g = gradients[i];
        first_moment[i] = b1 * first_moment[i] + c1 * g;
        second_moment[i] = b2 * second_moment[i] + c2 * g * g;
        const Scalar denominator = std::sqrt(second_moment[i]) / root2 + epsilon;
        weights[i] = weights[i] * keep - rate * first_moment[i] / denominator;
    }
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
