// Cross-entropy of one row of logits, in double and without cancellation.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace grokscope {

/// -log softmax(logits)[label], nats. With M the largest logit, S the sum of exp(l_c - M) over the
/// wrong classes and t the right one's, it is log1p(S/t): a loss of 1e-9 keeps its digits, and a
/// right answer far below M takes the form (M - l) + log(S + t). Any thread.
template <typename Scalar>
[[nodiscard]] double cross_entropy(std::span<const Scalar> logits, std::size_t label) {
    const double largest = *std::max_element(logits.begin(), logits.end());
    double wrong = 0;
    for (std::size_t c = 0; c < logits.size(); ++c) {
        wrong += c == label ? 0 : std::exp(logits[c] - largest);
    }
    const double right = std::exp(logits[label] - largest);
    constexpr double kSafe = 1e-250; // far from where a double loses digits
    return right > kSafe ? std::log1p(wrong / right)
                         : (largest - logits[label]) + std::log(wrong + right);
}

} // namespace grokscope
