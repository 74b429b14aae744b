#include "engine/analysis/folded_logits.h"

#include "engine/compute/worker_pool.h"

#include <numeric>
#include <stdexcept>
#include <string>

namespace grokscope {

double FoldedLogits::variation() const {
    const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
    const double entries = static_cast<double>(p) * p * p;
    return sum_squares - total * total / entries;
}

std::vector<double> FoldedLogits::class_means() const {
    const auto n = static_cast<std::size_t>(p);
    std::vector<double> means(n);
    for (std::size_t s = 0; s < n; ++s) {
        for (std::size_t c = 0; c < n; ++c) {
            means[c] += sums[s * n + c];
        }
    }
    for (double& mean : means) {
        mean /= static_cast<double>(p) * p;
    }
    return means;
}

FoldedLogits fold_logits(std::span<const float> logits, int p, WorkerPool& pool) {
    const auto n = static_cast<std::size_t>(p);
    if (p < 2 || logits.size() != n * n * n) {
        throw std::invalid_argument("folding at p = " + std::to_string(p) +
                                    " needs p*p*p logits, got " + std::to_string(logits.size()));
    }
    FoldedLogits folded{p, std::vector<double>(n * n), 0};
    std::vector<double> squares(n * n); // per s and class: independent sums, which vectorise
    pool.run(p, [&](int s, int) {
        double* const row = &folded.sums[static_cast<std::size_t>(s) * n];
        double* const square = &squares[static_cast<std::size_t>(s) * n];
        for (int a = 0; a < p; ++a) {
            const int pair = a * p + partner(s, a, p);
            const float* const l = &logits[static_cast<std::size_t>(pair) * n];
            for (std::size_t c = 0; c < n; ++c) {
                const double value = l[c];
                row[c] += value;
                square[c] += value * value;
            }
        }
    });
    folded.sum_squares = std::accumulate(squares.begin(), squares.end(), 0.0);
    return folded;
}

} // namespace grokscope
