// Fourier amplitudes over the group: how strongly weights use each frequency (science.md 3.1).
#pragma once

#include "engine/analysis/group_transform.h"

#include <complex>
#include <span>
#include <vector>

namespace grokscope {

/// Amplitudes of a matrix Y with a row for each element of a group of order n.
struct Spectrum {
    /// A_0 = ||X_0|| / sqrt(n): the size of the mean.
    double mean = 0;
    /// A_k for k = 1..n/2 at index k-1; none of an empty group.
    std::vector<float> amplitudes;
};

/// A_k(Y) of the coefficients of Y's columns, as GroupTransform lays them out.
[[nodiscard]] Spectrum spectrum(std::span<const std::complex<float>> transformed, int order);

/// A_k(Y) = sqrt(m/n) ||X_k||, the norm over columns of the DFT of Y's columns, with m the
/// frequency's dimensions (engine/protocol/frequencies.h), so that A_0^2 + sum_k A_k^2 = ||Y||^2.
/// `matrix` is the transposed of Y, its rows transformed. Norms are summed in double. Throws
/// std::invalid_argument when there are too few values.
[[nodiscard]] Spectrum spectrum(const GroupTransform& transform, std::span<const float> matrix);

} // namespace grokscope
