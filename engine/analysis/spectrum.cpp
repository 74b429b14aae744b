#include "engine/analysis/spectrum.h"

#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <stdexcept>
#include <string>

namespace grokscope {

std::vector<double> fourier_basis(int p) {
    if (p < 1) {
        throw std::invalid_argument("a Fourier basis needs p >= 1, got " + std::to_string(p));
    }
    const auto size = static_cast<std::size_t>(p);
    std::vector<double> basis(size * size);
    const double constant = 1 / std::sqrt(static_cast<double>(p));
    const double wave = std::sqrt(2.0 / p);
    for (int x = 0; x < p; ++x) {
        const auto column = static_cast<std::size_t>(x);
        basis[column] = constant;
        for (int k = 1; k <= largest_frequency(p); ++k) {
            // The product is reduced before it becomes an angle: exact for any k and x.
            const double angle = 2 * std::numbers::pi * ((k * x) % p) / p;
            const auto row = static_cast<std::size_t>(2 * k - 1);
            basis[row * size + column] = wave * std::cos(angle);
            basis[(row + 1) * size + column] = wave * std::sin(angle);
        }
        if (p % 2 == 0) {
            basis[(size - 1) * size + column] = x % 2 == 0 ? constant : -constant;
        }
    }
    return basis;
}

Spectrum spectrum(const DftPlan& plan, std::span<const float> values) {
    const int p = plan.batch().length;
    const std::size_t coefficients = plan.coefficients();
    std::vector<std::complex<float>> transformed(static_cast<std::size_t>(plan.batch().count) *
                                                 coefficients);
    plan.execute(values, transformed);
    std::vector<double> norms(coefficients); // squared
    for (std::size_t i = 0; i < transformed.size(); i += coefficients) {
        for (std::size_t k = 0; k < coefficients; ++k) {
            norms[k] += std::norm(std::complex<double>(transformed[i + k]));
        }
    }
    Spectrum result;
    result.mean = std::sqrt(norms[0] / p);
    for (std::size_t k = 1; k < coefficients; ++k) {
        const bool alternating = 2 * k == static_cast<std::size_t>(p);
        result.amplitudes.push_back(
            static_cast<float>(std::sqrt((alternating ? 1 : 2) * norms[k] / p)));
    }
    return result;
}

} // namespace grokscope
