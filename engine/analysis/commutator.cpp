#include "engine/analysis/commutator.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace grokscope {

namespace {

double norm(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) {
        sum += value * value;
    }
    return std::sqrt(sum);
}

} // namespace

CommutatorDefect commutator_defect(std::span<const double> weights, const BatchGradient& a,
                                   const BatchGradient& b, double eta) {
    const std::size_t size = weights.size();
    std::vector<double> g_a(size);
    std::vector<double> g_b(size);
    a(weights, g_a);
    b(weights, g_b);
    const auto after_step = [&](std::span<const double> gradient, const BatchGradient& next) {
        std::vector<double> moved(size);
        for (std::size_t i = 0; i < size; ++i) {
            moved[i] = weights[i] - eta * gradient[i];
        }
        std::vector<double> result(size);
        next(moved, result);
        return result;
    };
    const std::vector<double> g_b_after_a = after_step(g_a, b);
    const std::vector<double> g_a_after_b = after_step(g_b, a);
    // theta_AB - theta_BA; theta itself cancels, and is left out so that no digit is lost to it.
    std::vector<double> difference(size);
    for (std::size_t i = 0; i < size; ++i) {
        difference[i] = eta * ((g_b[i] - g_b_after_a[i]) - (g_a[i] - g_a_after_b[i]));
    }
    constexpr double kGuard = 1e-12;
    const double steps = eta * norm(g_a) * eta * norm(g_b);
    const double apart = norm(difference);
    return {steps > 0 ? apart / steps : std::numeric_limits<double>::quiet_NaN(),
            apart / (steps + kGuard)};
}

} // namespace grokscope
