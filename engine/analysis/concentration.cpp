#include "engine/analysis/concentration.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace grokscope {

double gini(std::span<const float> amplitudes) {
    std::vector<double> sorted(amplitudes.begin(), amplitudes.end());
    std::ranges::sort(sorted);
    const double total = std::accumulate(sorted.begin(), sorted.end(), 0.0);
    if (total == 0) {
        return 0;
    }
    const auto m = static_cast<double>(sorted.size());
    double weighted = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        // The formula counts from 1: m - (i + 1) + 1/2.
        weighted += sorted[i] / total * (m - static_cast<double>(i) - 0.5) / m;
    }
    return 1 - 2 * weighted;
}

double inverse_participation_ratio(std::span<const float> amplitudes) {
    double squares = 0;
    double fourth_powers = 0;
    for (const float amplitude : amplitudes) {
        const double square = static_cast<double>(amplitude) * amplitude;
        squares += square;
        fourth_powers += square * square;
    }
    return squares == 0 ? 0 : fourth_powers / (squares * squares);
}

} // namespace grokscope
