// How well an embedding's two largest directions are a ring on which the operation is a turn.
#pragma once

#include <cstddef>
#include <span>

namespace grokscope {

/// All NaN where there are no two directions: fewer than two dimensions hold anything.
struct PrincipalRing {
    /// max over k < n/2 and both ways of turning of |mean over x of exp(i(theta(x) -+ 2 pi k x /
    /// n))|: 1 on a ring, about sqrt(ln n / n) for noise.
    double quality = 0;
    /// That k.
    int frequency = 0;
    /// Mean over all u, v of |theta(u+v) - theta(u) - theta(v) + theta(0)|, wrapped to -pi..pi: 0
    /// on a ring, pi/2 for noise.
    double homomorphism_error = 0;
    /// Share of the variance that both directions hold.
    double variance = 0;
};

/// Of rows in the order of a group's index, [n, width] row-major, n >= 3: the mean is taken out,
/// and theta(x) is the angle of row x in the plane of the two largest principal components
/// (laboratory's `ring`, science.md 6.2). In double; the components' signs and order change no
/// figure. Throws std::invalid_argument on a wrong size. Any thread.
[[nodiscard]] PrincipalRing principal_ring(std::span<const float> rows, std::size_t width);

} // namespace grokscope
