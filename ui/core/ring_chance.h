// How much of a ring chance alone draws (science.md 3.4): the planes of the circle picture are
// fitted to the points that they show, so random weights look like a ring, too, and the more so the
// smaller p is. Pure arithmetic, deterministic.
// Threads: none; one owner.
#pragma once

#include "engine/protocol/circle_projection.h"

#include <cstdint>
#include <map>
#include <tuple>

namespace grokscope::ui {

/// What 99 of 100 pictures of random weights stay below.
struct RingChance {
    double order = 1;
    double roundness = 1;
};

/// Draws each distribution once and keeps it.
class RingChances {
public:
    /// Of the plane of frequency k, for weights that are independent normals: drawn as the two
    /// directions' Wishart matrix and the p points' noise beside it, which is the same distribution
    /// as projecting p x d_model normals, at 2p numbers a draw. k in 1..(p-1)/2. Some 20 ms for
    /// p = 113 at the first call; only gcd(k, p) makes a difference between frequencies.
    [[nodiscard]] const RingChance& along_frequency(int p, int d_model, int k);
    /// Of a plane of principal components and the frequency that fits it best: p points whose
    /// directions are independent of their numbers. p >= 3.
    [[nodiscard]] const RingChance& along_components(int p);

private:
    std::map<std::tuple<int, int, int>, RingChance> known_;
};

/// What the points of a plane look like.
enum class RingShape : std::uint8_t {
    kNone,    ///< chance gives as much
    kBlurred, ///< more than chance, but the angles are not those of a ring
    kUneven,  ///< angles of a ring, but a number or several stand too near or too far
    kRing
};

/// From this R and this roundness on it looks like a ring, unless a number stands farther from the
/// centre than so many times the mean.
inline constexpr double kSharp = 0.95;
inline constexpr double kEven = 0.95;
inline constexpr double kFarOut = 1.5;

[[nodiscard]] RingShape ring_shape(const CircleProjection& circle, const RingChance& chance);

} // namespace grokscope::ui
