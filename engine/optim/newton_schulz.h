// The orthogonal matrix near a matrix, as Muon wants it.
// Threads: one at a time.
#pragma once

#include "engine/model/aligned_buffer.h"
#include "engine/model/fused/kernels.h"

#include <cstddef>

namespace grokscope {

/// Five steps of the quintic Newton-Schulz iteration of Muon (Jordan, github.com/KellerJordan/Muon)
/// for matrices of one shape: singular values end up near 1, roughly 0.7 to 1.2, singular vectors
/// stay. Holds its scratch memory.
class NewtonSchulz {
public:
    NewtonSchulz(std::size_t rows, std::size_t columns);

    /// `matrix` [rows, columns], in place. Does not allocate.
    void orthogonalise(float* matrix);

private:
    /// The matrix with its longer side across, over its norm; panels of 64 wide.
    void take(const float* matrix);
    void step();
    void give(float* matrix) const;

    const fused::Kernels<float>& kernels_;
    const std::size_t rows_;
    const std::size_t columns_;
    const std::size_t low_;     ///< the shorter side
    const std::size_t wide_;    ///< the longer one
    const std::size_t low_row_; ///< from one row to the next, whole panels
    const std::size_t wide_row_;
    AlignedBuffer<float> x_;          ///< [low, wide]
    AlignedBuffer<float> gram_;       ///< [low, low]
    AlignedBuffer<float> square_;     ///< [low, low]
    AlignedBuffer<float> x_panels_;   ///< x_ to be multiplied by
    AlignedBuffer<float> x_t_panels_; ///< its transpose
    AlignedBuffer<float> gram_panels_;
};

} // namespace grokscope
