// First and second derivatives of a row's loss with respect to its logits, for every rule.
#pragma once

#include "engine/model/loss_rule.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace grokscope {

namespace stablemax {

/// s(x) of 2501.04697 and its first two derivatives; the upper branch at 0.
struct Share {
    double value, first, second;
};
[[nodiscard]] inline Share share(double x) {
    if (x >= 0) {
        return {x + 1, 1, 0};
    }
    const double s = 1 / (1 - x);
    return {s, s * s, 2 * s * s * s};
}

} // namespace stablemax

/// Loss of a row, nats; writes `scale` times its slopes with respect to the logits to `slopes`. No
/// two nearly equal numbers are subtracted, so that a loss of 1e-9 keeps its digits. Any thread.
template <typename T>
[[nodiscard]] double loss_slopes(const LossRule& rule, std::size_t label, double scale,
                                 std::span<const T> logits, std::span<T> slopes) {
    const double cold = 1 / rule.temperature;
    const double largest = *std::ranges::max_element(logits);
    const auto share = [&](double logit) {
        return rule.stablemax ? stablemax::share(logit * cold)
                              : stablemax::Share{std::exp((logit - largest) * cold), 0, 0};
    };
    double others = 0;
    for (std::size_t c = 0; c < logits.size(); ++c) {
        others += c == label ? 0 : share(logits[c]).value;
    }
    const stablemax::Share right = share(logits[label]);
    const double sum = others + right.value;
    const double factor = scale * cold / sum;
    for (std::size_t c = 0; c < logits.size(); ++c) {
        const stablemax::Share of = share(logits[c]);
        slopes[c] = static_cast<T>(factor * (rule.stablemax ? of.first : of.value));
    }
    slopes[label] =
        static_cast<T>(-factor * others * (rule.stablemax ? right.first / right.value : 1.0));
    constexpr double kSafe = 1e-250; // far from where a double loses digits
    return right.value > kSafe ? std::log1p(others / right.value)
                               : (largest - logits[label]) * cold + std::log(sum);
}

/// What those slopes change by when the logits change by `moved`: the row's part of the Hessian
/// times that. `slopes` are what loss_slopes() wrote. Any thread.
template <typename T>
void loss_slope_rates(const LossRule& rule, std::size_t label, double scale,
                      std::span<const T> logits, std::span<const T> slopes,
                      std::span<const T> moved, std::span<T> rates) {
    const double cold = 1 / rule.temperature;
    const std::size_t classes = logits.size();
    if (!rule.stablemax) {
        // Relative to the right answer's logit, which a common shift of all does not move; the
        // slopes of the others are their shares.
        const double shift = moved[label];
        double mean = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            mean += c == label ? 0 : slopes[c] * (moved[c] - shift);
        }
        mean /= scale * cold;
        double all = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            const double rate = c == label ? 0 : cold * slopes[c] * (moved[c] - shift - mean);
            rates[c] = static_cast<T>(rate);
            all += rate;
        }
        rates[label] = static_cast<T>(-all); // the slopes add up to zero
        return;
    }
    double others = 0;
    double moved_others = 0; // sum of s' dx over them
    for (std::size_t c = 0; c < classes; ++c) {
        if (c != label) {
            const stablemax::Share of = stablemax::share(logits[c] * cold);
            others += of.value;
            moved_others += of.first * moved[c] * cold;
        }
    }
    const stablemax::Share right = stablemax::share(logits[label] * cold);
    const double sum = others + right.value;
    const double by_right = moved[label] * cold;
    const double moved_sum = moved_others + right.first * by_right;
    for (std::size_t c = 0; c < classes; ++c) {
        const stablemax::Share of = stablemax::share(logits[c] * cold);
        rates[c] = static_cast<T>(scale * cold / sum *
                                  (of.second * moved[c] * cold - of.first * moved_sum / sum));
    }
    // d/dx of -s' others / (s sum), with 1/s^2 - 1/sum^2 = others (sum + s) / (s sum)^2.
    const double s = right.value;
    rates[label] = static_cast<T>(
        scale * cold *
        (right.first * right.first * by_right * others * (sum + s) / (s * s * sum * sum) -
         right.second * by_right * others / (s * sum) - right.first * moved_others / (sum * sum)));
}

} // namespace grokscope
