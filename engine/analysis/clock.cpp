#include "engine/analysis/clock.h"

#include "engine/analysis/logit_fourier.h"
#include "engine/compute/worker_pool.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace grokscope {

std::vector<double> clock_coherence(std::span<const float> logits, const GroupIndex& group,
                                    const Waves& waves, std::span<const int> frequencies,
                                    WorkerPool& pool) {
    const int order = group.order();
    const int classes = group.numbers();
    const auto n = static_cast<std::size_t>(order);
    const auto p = static_cast<std::size_t>(classes);
    if (waves.p() != order || logits.size() != n * n * p) {
        throw std::invalid_argument("clock coherence over a group of " + std::to_string(order) +
                                    " elements needs their waves and " + std::to_string(n * n * p) +
                                    " logits, got waves of " + std::to_string(waves.p()) + " and " +
                                    std::to_string(logits.size()) + " logits");
    }
    require_frequencies(frequencies, order);
    const auto hands = static_cast<int>(2 * frequencies.size()); // cosine and sine part of each
    std::vector<double> turns; // exp(i w_k c): [number c][hand], 0 outside the group
    for (int c = 0; c < classes; ++c) {
        const int index = group.log(c);
        for (const int k : frequencies) {
            turns.push_back(index < 0 ? 0 : waves.cosine(k, index));
            turns.push_back(index < 0 ? 0 : waves.sine(k, index));
        }
    }
    const auto width = static_cast<std::size_t>(hands);
    std::vector<double> sums(n * width); // of unit vectors, per u
    struct Scratch {
        std::vector<double> logits; // of one u: [v][c]
        std::vector<double> hands;  // [v][hand]
    };
    std::vector<Scratch> scratch(static_cast<std::size_t>(pool.threads()),
                                 {std::vector<double>(n * p), std::vector<double>(n * width)});
    pool.run(hands == 0 ? 0 : order, [&](int u, int worker) {
        Scratch& mine = scratch[static_cast<std::size_t>(worker)];
        const auto of_u = logits.subspan(static_cast<std::size_t>(u) * n * p, n * p);
        std::copy(of_u.begin(), of_u.end(), mine.logits.begin());
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, order, hands, classes, 1,
                    mine.logits.data(), classes, turns.data(), hands, 0, mine.hands.data(), hands);
        double* const sum = &sums[static_cast<std::size_t>(u) * width];
        for (int v = 0; v < order; ++v) {
            const double* const hand = &mine.hands[static_cast<std::size_t>(v) * width];
            const auto answer = static_cast<std::size_t>(group.element((u + v) % order));
            const double* const right = &turns[answer * width];
            for (std::size_t i = 0; i < width; i += 2) {
                const double length = std::sqrt(hand[i] * hand[i] + hand[i + 1] * hand[i + 1]);
                if (length > 0) { // times the conjugate of exp(i w_k (u+v))
                    sum[i] += (hand[i] * right[i] + hand[i + 1] * right[i + 1]) / length;
                    sum[i + 1] += (hand[i + 1] * right[i] - hand[i] * right[i + 1]) / length;
                }
            }
        }
    });
    std::vector<double> coherence;
    for (std::size_t i = 0; i < width; i += 2) {
        double real = 0;
        double imaginary = 0;
        for (std::size_t u = 0; u < n; ++u) {
            real += sums[u * width + i];
            imaginary += sums[u * width + i + 1];
        }
        coherence.push_back(std::hypot(real, imaginary) / (static_cast<double>(order) * order));
    }
    return coherence;
}

} // namespace grokscope
