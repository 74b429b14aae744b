// Fourier amplitudes over the group: how strongly weights use each frequency (science.md 3.1).
#pragma once

#include "engine/analysis/dft_plan.h"

#include <complex>
#include <span>
#include <vector>

namespace grokscope {

/// Amplitudes of a matrix Y of p rows.
struct Spectrum {
    /// A_0 = ||X_0|| / sqrt(p): the size of the mean.
    double mean = 0;
    /// A_k for k = 1..p/2 at index k-1.
    std::vector<float> amplitudes;
};

/// Coefficients 0..p/2 of each signal of the plan, signal by signal. Throws std::invalid_argument
/// when there are too few values.
[[nodiscard]] std::vector<std::complex<float>> transform(const DftPlan& plan,
                                                         std::span<const float> values);

/// A_k(Y) of the coefficients of Y's columns, as transform() lays them out.
[[nodiscard]] Spectrum spectrum(std::span<const std::complex<float>> transformed, int p);

/// A_k(Y) = sqrt(n/p) ||X_k||, the norm over columns of the DFT of Y's columns, with n the
/// frequency's dimensions (engine/protocol/frequencies.h), so that A_0^2 + sum_k A_k^2 = ||Y||^2.
/// `values` holds Y's columns as the plan's signals, of length p. Norms are summed in double.
/// Throws std::invalid_argument when there are too few values.
[[nodiscard]] Spectrum spectrum(const DftPlan& plan, std::span<const float> values);

} // namespace grokscope
