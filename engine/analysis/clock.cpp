#include "engine/analysis/clock.h"

#include "engine/analysis/logit_fourier.h"
#include "engine/compute/worker_pool.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace grokscope {

std::vector<double> clock_coherence(std::span<const float> logits, const Waves& waves,
                                    std::span<const int> frequencies, WorkerPool& pool) {
    const int p = waves.p();
    const auto n = static_cast<std::size_t>(p);
    if (logits.size() != n * n * n) {
        throw std::invalid_argument("clock coherence at p = " + std::to_string(p) +
                                    " needs p*p*p logits, got " + std::to_string(logits.size()));
    }
    require_frequencies(frequencies, p);
    const auto hands = static_cast<int>(2 * frequencies.size()); // cosine and sine part of each
    std::vector<double> turns;                                   // exp(i w_k c): [c][hand]
    for (int c = 0; c < p; ++c) {
        for (const int k : frequencies) {
            turns.push_back(waves.cosine(k, c));
            turns.push_back(waves.sine(k, c));
        }
    }
    const auto width = static_cast<std::size_t>(hands);
    std::vector<double> sums(n * width); // of unit vectors, per a
    struct Scratch {
        std::vector<double> logits; // of one a: [b][c]
        std::vector<double> hands;  // [b][hand]
    };
    std::vector<Scratch> scratch(static_cast<std::size_t>(pool.threads()),
                                 {std::vector<double>(n * n), std::vector<double>(n * width)});
    pool.run(hands == 0 ? 0 : p, [&](int a, int worker) {
        Scratch& mine = scratch[static_cast<std::size_t>(worker)];
        const auto of_a = logits.subspan(static_cast<std::size_t>(a) * n * n, n * n);
        std::copy(of_a.begin(), of_a.end(), mine.logits.begin());
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, p, hands, p, 1, mine.logits.data(),
                    p, turns.data(), hands, 0, mine.hands.data(), hands);
        double* const sum = &sums[static_cast<std::size_t>(a) * width];
        for (int b = 0; b < p; ++b) {
            const double* const hand = &mine.hands[static_cast<std::size_t>(b) * width];
            const double* const right = &turns[static_cast<std::size_t>((a + b) % p) * width];
            for (std::size_t i = 0; i < width; i += 2) {
                const double length = std::sqrt(hand[i] * hand[i] + hand[i + 1] * hand[i + 1]);
                if (length > 0) { // times the conjugate of exp(i w_k (a+b))
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
        for (std::size_t a = 0; a < n; ++a) {
            real += sums[a * width + i];
            imaginary += sums[a * width + i + 1];
        }
        coherence.push_back(std::hypot(real, imaginary) / (static_cast<double>(p) * p));
    }
    return coherence;
}

} // namespace grokscope
