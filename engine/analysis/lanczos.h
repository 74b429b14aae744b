// The ends of the spectrum and the trace of a large symmetric matrix that only multiplies vectors.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace grokscope {

/// out = A v for a symmetric A; both as long as A has rows.
using SymmetricMap = std::function<void(std::span<const double> v, std::span<double> out)>;

/// An approximate eigenvector of length 1 and its eigenvalue. A has an eigenvalue within
/// `residual` = |A v - value v| of `value`.
struct RitzPair {
    double value = 0;
    double residual = 0;
    std::vector<double> vector;
};

/// The space that Lanczos's method has seen.
struct KrylovSpace {
    std::vector<double> basis; ///< orthonormal vectors, one after the other
    double trace = 0;          ///< of A on that space
};

struct SpectrumEnds {
    RitzPair largest;  ///< never above the largest eigenvalue, up to rounding
    RitzPair smallest; ///< never below the smallest
    KrylovSpace space;
};

/// Lanczos's method from `start`, each new vector made orthogonal to all before it, twice. At most
/// `steps` products, fewer once the vectors span an invariant space: then both ends are exact for
/// the eigenvectors that `start` has a part of. `start` need not have length 1. Throws
/// std::invalid_argument when it is zero or not finite, or steps is below 1. Any thread.
[[nodiscard]] SpectrumEnds lanczos(const SymmetricMap& map, std::vector<double> start, int steps);

struct TraceEstimate {
    double trace = 0;
    double error = 0; ///< standard error of the mean over the draws
};

/// Hutchinson's estimate: the mean of z^T A z over `draws` vectors z, of which `draw` makes the
/// next; with independent signs it is the trace on average. On `known` the trace is taken as it is
/// and only the rest is drawn, each z without its part there: fewer draws do, since the largest
/// eigenvalues, which scatter most, are known (Hutch++: Meyer, Musco, Musco and Woodruff 2021). At
/// least two draws, else std::invalid_argument. Any thread.
[[nodiscard]] TraceEstimate hutchinson(const SymmetricMap& map, std::size_t size, int draws,
                                       const std::function<void(std::span<double>)>& draw,
                                       const KrylovSpace& known = {});

} // namespace grokscope
