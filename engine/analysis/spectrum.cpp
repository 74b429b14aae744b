#include "engine/analysis/spectrum.h"

#include <cmath>
#include <complex>
#include <cstddef>

namespace grokscope {

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
