#include "engine/analysis/logit_fourier.h"

#include "engine/analysis/cross_entropy.h"
#include "engine/protocol/frequencies.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace grokscope {

void require_frequencies(std::span<const int> frequencies, int order) {
    if (order == 0 && !frequencies.empty()) {
        throw std::invalid_argument("this operation has no frequencies at this modulus, but " +
                                    std::to_string(frequencies.front()) + " was asked for");
    }
    std::vector<bool> seen(static_cast<std::size_t>(order));
    for (const int k : frequencies) {
        if (k < 1 || k > largest_frequency(order)) {
            throw std::invalid_argument("a frequency of a group of " + std::to_string(order) +
                                        " elements must lie between 1 and " +
                                        std::to_string(largest_frequency(order)) + ", got " +
                                        std::to_string(k));
        }
        if (seen[static_cast<std::size_t>(k)]) {
            throw std::invalid_argument("frequency " + std::to_string(k) +
                                        " is given twice, but a set is expected");
        }
        seen[static_cast<std::size_t>(k)] = true;
    }
}

namespace {

void require_same_order(const FoldedLogits& folded, const Waves& waves) {
    if (folded.order != waves.p()) {
        throw std::invalid_argument("logits folded over " + std::to_string(folded.order) +
                                    " elements need waves of as many, got " +
                                    std::to_string(waves.p()));
    }
}

/// Factor that makes cos(w_k(u+v-c)) a unit vector over the n^3 entries, but for the dimensions of
/// its frequency.
double unit_scale(int p) {
    return std::sqrt(2.0 / (static_cast<double>(p) * p * p));
}

/// The rest of that factor: 1 where there is a sine.
double share_of_scale(int k, int p) {
    return std::sqrt(frequency_dimensions(k, p) / 2.0);
}

} // namespace

std::vector<double> project_logits(const FoldedLogits& folded, const Waves& waves,
                                   std::span<const int> frequencies) {
    require_same_order(folded, waves);
    require_frequencies(frequencies, folded.order);
    const int p = folded.order;
    const auto width = static_cast<std::size_t>(folded.classes);
    std::vector<double> table(static_cast<std::size_t>(p) * width);
    std::vector<double> along_cosine;
    std::vector<double> along_sine;
    for (const int k : frequencies) {
        along_cosine.assign(width, 0);
        along_sine.assign(width, 0);
        for (int s = 0; s < p; ++s) {
            const double cosine = waves.cosine(k, s);
            const double sine = waves.sine(k, s);
            const double* const row = &folded.sums[static_cast<std::size_t>(s) * width];
            for (std::size_t c = 0; c < width; ++c) {
                along_cosine[c] += cosine * row[c];
                along_sine[c] += sine * row[c];
            }
        }
        // Both the inner product and the direction carry sqrt(dimensions)/p.
        const double scale = frequency_dimensions(k, p) / (static_cast<double>(p) * p);
        for (int s = 0; s < p; ++s) {
            const double cosine = scale * waves.cosine(k, s);
            const double sine = scale * waves.sine(k, s);
            double* const row = &table[static_cast<std::size_t>(s) * width];
            for (std::size_t c = 0; c < width; ++c) {
                row[c] += cosine * along_cosine[c] + sine * along_sine[c];
            }
        }
    }
    return table;
}

std::vector<double> restrict_logits(const FoldedLogits& folded, const Waves& waves,
                                    std::span<const int> frequencies) {
    std::vector<double> table = project_logits(folded, waves, frequencies);
    const std::vector<double> means = folded.class_means();
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] += means[i % means.size()];
    }
    return table;
}

std::vector<double> fit_coefficients(const FoldedLogits& folded, const Waves& waves) {
    require_same_order(folded, waves);
    const int p = folded.order;
    std::vector<double> diagonals(static_cast<std::size_t>(p)); // over r = (s - c) mod n
    for (int r = 0; r < p; ++r) {
        for (int c = 0; c < p; ++c) {
            const auto s = static_cast<std::size_t>((c + r) % p);
            diagonals[static_cast<std::size_t>(r)] +=
                folded.sums[s * static_cast<std::size_t>(folded.classes) +
                            static_cast<std::size_t>(c)];
        }
    }
    const double scale = unit_scale(p);
    std::vector<double> coefficients(static_cast<std::size_t>(largest_frequency(p)));
    for (int k = 1; k <= largest_frequency(p); ++k) {
        double sum = 0;
        for (int r = 0; r < p; ++r) {
            sum += waves.cosine(k, r) * diagonals[static_cast<std::size_t>(r)];
        }
        coefficients[static_cast<std::size_t>(k - 1)] = share_of_scale(k, p) * scale * sum;
    }
    return coefficients;
}

double fit_r_squared(std::span<const double> coefficients, const FoldedLogits& folded,
                     std::span<const int> frequencies) {
    require_frequencies(frequencies, folded.order);
    double explained = 0;
    for (const int k : frequencies) {
        const double coefficient = coefficients[static_cast<std::size_t>(k - 1)];
        explained += coefficient * coefficient;
    }
    const double variation = folded.variation();
    return variation > 0 ? explained / variation : std::numeric_limits<double>::quiet_NaN();
}

double fit_loss(std::span<const double> coefficients, const Waves& waves,
                std::span<const int> frequencies) {
    const int p = waves.p();
    require_frequencies(frequencies, p);
    const double scale = unit_scale(p);
    const auto fit = [&](int r) {
        double sum = 0;
        for (const int k : frequencies) {
            sum += share_of_scale(k, p) * coefficients[static_cast<std::size_t>(k - 1)] *
                   waves.cosine(k, r);
        }
        return scale * sum;
    };
    std::vector<double> logits;
    for (int r = 0; r < p; ++r) {
        logits.push_back(fit(r));
    }
    return cross_entropy(std::span<const double>(logits), 0);
}

} // namespace grokscope
