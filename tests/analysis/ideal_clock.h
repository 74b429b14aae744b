// Logits of a model that computes addition with clocks and nothing else.
#pragma once

#include "engine/analysis/waves.h"
#include "engine/protocol/group_index.h"

#include <cstddef>
#include <random>
#include <span>
#include <vector>

namespace grokscope::test {

/// L[(a,b),c] = scale * sum over k of cos(w_k(a+b-c)), [p*p, p], row a*p + b.
inline std::vector<float> ideal_clock_logits(int p, std::span<const int> frequencies,
                                             double scale = 1) {
    const Waves waves(p);
    std::vector<float> logits;
    for (int a = 0; a < p; ++a) {
        for (int b = 0; b < p; ++b) {
            for (int c = 0; c < p; ++c) {
                double sum = 0;
                for (const int k : frequencies) {
                    sum += waves.cosine(k, a + b - c + p);
                }
                logits.push_back(static_cast<float>(scale * sum));
            }
        }
    }
    return logits;
}

/// The same of another operation, L[(a,b),c] = scale * sum over k of cos(w_k(u+v-ind c)), u and v
/// the indices of a and b in the group, [p*p, p], row a*p + b; far below zero where a number is
/// outside the group.
inline std::vector<float> ideal_clock_logits(const GroupIndex& group,
                                             std::span<const int> frequencies, double scale = 1) {
    constexpr float kNever = -40;
    const int n = group.order();
    const Waves waves(n);
    std::vector<float> logits;
    for (int a = 0; a < group.numbers(); ++a) {
        for (int b = 0; b < group.numbers(); ++b) {
            for (int c = 0; c < group.numbers(); ++c) {
                if (group.log(a) < 0 || group.log(b) < 0 || group.log(c) < 0) {
                    logits.push_back(kNever);
                    continue;
                }
                double sum = 0;
                for (const int k : frequencies) {
                    sum += waves.cosine(k, group.log(a) + group.log_second(b) + n - group.log(c));
                }
                logits.push_back(static_cast<float>(scale * sum));
            }
        }
    }
    return logits;
}

/// Normal logits of the given spread, reproducible on every machine that has this library.
inline std::vector<float> random_logits(int p, double spread, unsigned seed = 1) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal(0, spread);
    std::vector<float> logits(static_cast<std::size_t>(p) * p * p);
    for (float& logit : logits) {
        logit = static_cast<float>(normal(generator));
    }
    return logits;
}

} // namespace grokscope::test
