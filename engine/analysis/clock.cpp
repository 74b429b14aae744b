#include "engine/analysis/clock.h"

#include "engine/analysis/folded_logits.h"
#include "engine/analysis/logit_fourier.h"
#include "engine/compute/worker_pool.h"

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
    const std::size_t hands = 2 * frequencies.size(); // real and imaginary part of each
    std::vector<double> turns(n * hands);             // exp(i w_k c): [c][hand]
    for (int c = 0; c < p; ++c) {
        for (std::size_t i = 0; i < frequencies.size(); ++i) {
            double* const turn = &turns[static_cast<std::size_t>(c) * hands + 2 * i];
            turn[0] = waves.cosine(frequencies[i], c);
            turn[1] = waves.sine(frequencies[i], c);
        }
    }
    std::vector<double> sums(n * hands); // of unit vectors, per s
    const auto workers = static_cast<std::size_t>(pool.threads());
    std::vector<std::vector<double>> scratch(workers, std::vector<double>(hands));
    pool.run(p, [&](int s, int worker) {
        std::vector<double>& hand = scratch[static_cast<std::size_t>(worker)];
        double* const sum = &sums[static_cast<std::size_t>(s) * hands];
        const double* const right = &turns[static_cast<std::size_t>(s) * hands];
        for (int a = 0; a < p; ++a) {
            const auto pair = static_cast<std::size_t>(a * p + partner(s, a, p));
            std::fill(hand.begin(), hand.end(), 0.0);
            for (std::size_t c = 0; c < n; ++c) {
                const double logit = logits[pair * n + c];
                for (std::size_t i = 0; i < hands; ++i) {
                    hand[i] += logit * turns[c * hands + i];
                }
            }
            for (std::size_t i = 0; i < hands; i += 2) {
                const double length = std::hypot(hand[i], hand[i + 1]);
                if (length > 0) { // times the conjugate of exp(i w_k s)
                    sum[i] += (hand[i] * right[i] + hand[i + 1] * right[i + 1]) / length;
                    sum[i + 1] += (hand[i + 1] * right[i] - hand[i] * right[i + 1]) / length;
                }
            }
        }
    });
    std::vector<double> coherence;
    for (std::size_t i = 0; i < hands; i += 2) {
        double real = 0;
        double imaginary = 0;
        for (std::size_t s = 0; s < n; ++s) {
            real += sums[s * hands + i];
            imaginary += sums[s * hands + i + 1];
        }
        coherence.push_back(std::hypot(real, imaginary) / (static_cast<double>(p) * p));
    }
    return coherence;
}

} // namespace grokscope
