// The orthonormal Fourier basis as science.md 3.1 writes it down: the oracle of the analysis.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace grokscope::test {

/// F, [p, p] row-major: F[0] = 1/sqrt(p); F[2k-1](x) = sqrt(2/p) cos(w_k x), F[2k](x) = sqrt(2/p)
/// sin(w_k x), w_k = 2 pi k / p; for even p the last row is (-1)^x / sqrt(p).
[[nodiscard]] inline std::vector<double> fourier_basis(int p) {
    const auto size = static_cast<std::size_t>(p);
    std::vector<double> basis(size * size);
    for (int x = 0; x < p; ++x) {
        const auto column = static_cast<std::size_t>(x);
        basis[column] = std::sqrt(1.0 / p);
        for (int k = 1; k <= (p - 1) / 2; ++k) {
            const double angle = 2 * std::numbers::pi * k * x / p;
            const auto row = static_cast<std::size_t>(2 * k - 1);
            basis[row * size + column] = std::sqrt(2.0 / p) * std::cos(angle);
            basis[(row + 1) * size + column] = std::sqrt(2.0 / p) * std::sin(angle);
        }
        if (p % 2 == 0) {
            basis[(size - 1) * size + column] = (x % 2 == 0 ? 1 : -1) * std::sqrt(1.0 / p);
        }
    }
    return basis;
}

/// The rows of F that belong to frequency k, 1..p/2: cosine and sine, or the alternating one alone.
[[nodiscard]] inline std::vector<std::size_t> rows_of_frequency(int k, int p) {
    const auto cosine = static_cast<std::size_t>(2 * k - 1);
    return 2 * k == p ? std::vector{cosine} : std::vector{cosine, cosine + 1};
}

} // namespace grokscope::test
