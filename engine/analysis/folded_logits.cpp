#include "engine/analysis/folded_logits.h"

#include "engine/compute/worker_pool.h"

#include <numeric>
#include <stdexcept>
#include <string>

namespace grokscope {

double FoldedLogits::variation() const {
    const auto n = static_cast<std::size_t>(order);
    const auto width = static_cast<std::size_t>(classes);
    double total = 0;
    for (std::size_t s = 0; s < n; ++s) {
        for (std::size_t c = 0; c < n; ++c) {
            total += sums[s * width + c];
        }
    }
    const double entries = static_cast<double>(order) * order * order;
    return sum_squares - total * total / entries;
}

std::vector<double> FoldedLogits::class_means() const {
    const auto width = static_cast<std::size_t>(classes);
    std::vector<double> means(width);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        means[i % width] += sums[i];
    }
    for (double& mean : means) {
        mean /= static_cast<double>(order) * order;
    }
    return means;
}

FoldedLogits fold_logits(std::span<const float> logits, const GroupIndex& group, WorkerPool& pool) {
    const int order = group.order();
    const auto n = static_cast<std::size_t>(order);
    const auto p = static_cast<std::size_t>(group.numbers());
    if (n < 2 || logits.size() != n * n * p) {
        throw std::invalid_argument("folding over a group of " + std::to_string(n) +
                                    " elements needs " + std::to_string(n * n * p) +
                                    " logits, got " + std::to_string(logits.size()));
    }
    FoldedLogits folded{order, group.numbers(), std::vector<double>(n * p), 0};
    std::vector<double> squares(n * p); // per s and column: independent sums, which vectorise
    pool.run(order, [&](int s, int) {
        std::vector<double> by_number(p);
        std::vector<double> squares_by_number(p);
        for (int u = 0; u < order; ++u) {
            const auto pair = static_cast<std::size_t>(u * order + partner(s, u, order));
            const float* const l = &logits[pair * p];
            for (std::size_t c = 0; c < p; ++c) {
                const double value = l[c];
                by_number[c] += value;
                squares_by_number[c] += value * value;
            }
        }
        for (std::size_t c = 0; c < p; ++c) {
            const std::size_t to =
                static_cast<std::size_t>(s) * p + column_of(static_cast<int>(c), group);
            folded.sums[to] = by_number[c];
            squares[to] = squares_by_number[c];
        }
    });
    for (std::size_t s = 0; s < n; ++s) { // the class outside the group, at the end, is left out
        const auto row = std::span(squares).subspan(s * p, n);
        folded.sum_squares = std::accumulate(row.begin(), row.end(), folded.sum_squares);
    }
    return folded;
}

} // namespace grokscope
