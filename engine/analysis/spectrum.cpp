#include "engine/analysis/spectrum.h"

#include "engine/protocol/frequencies.h"

#include <cmath>
#include <complex>
#include <cstddef>

namespace grokscope {

Spectrum spectrum(std::span<const std::complex<float>> transformed, int p) {
    if (p == 0) {
        return {};
    }
    const auto coefficients = static_cast<std::size_t>(largest_frequency(p) + 1);
    std::vector<double> norms(coefficients); // squared
    for (std::size_t i = 0; i < transformed.size(); i += coefficients) {
        for (std::size_t k = 0; k < coefficients; ++k) {
            norms[k] += std::norm(std::complex<double>(transformed[i + k]));
        }
    }
    Spectrum result;
    result.mean = std::sqrt(norms[0] / p);
    for (int k = 1; k <= largest_frequency(p); ++k) {
        result.amplitudes.push_back(static_cast<float>(
            std::sqrt(frequency_dimensions(k, p) * norms[static_cast<std::size_t>(k)] / p)));
    }
    return result;
}

Spectrum spectrum(const GroupTransform& transform, std::span<const float> matrix) {
    return spectrum(transform.transform(matrix), transform.order());
}

} // namespace grokscope
