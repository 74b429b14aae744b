// The circle picture's mathematics (science.md 3.4): token embeddings seen in the plane of one
// frequency, and how round they lie there. Pure arithmetic, deterministic: no GL, no ImGui.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::ui {

/// A token in the plane: x along the frequency's cosine direction, y along its sine direction, in
/// units of the embedding.
struct PlanePoint {
    float x = 0;
    float y = 0;
    friend bool operator==(const PlanePoint&, const PlanePoint&) = default;
};

/// E seen in the plane of frequency k. `order` and `roundness` are meaningless without a plane.
struct CircleProjection {
    int frequency = 1;
    /// False when C C^T has a condition number above 1e8, e.g. for k = p/2 or a zero embedding.
    bool has_plane = false;
    double condition = 0;
    /// z_x for x = 0..p-1; token x of a perfect ring stands at angle w_k x. Empty without a plane.
    std::vector<PlanePoint> points;
    /// R_k, 0..1: how well the angles follow w_k x, in the better direction of turning.
    double order = 0;
    /// rho_k, 0..1: share of the points' energy in the turning component.
    double roundness = 0;
    /// Largest distance of a token from the centre.
    float radius = 0;
};

/// Projects on the plane of frequency k, orthonormalised symmetrically:
/// Q = (C C^T)^(-1/2) C, z_x = Q (E_x - mean E). embedding: [p, d_model] row-major. k in 1..p/2.
/// Throws std::invalid_argument on a wrong shape or frequency.
[[nodiscard]] CircleProjection project_circle(std::span<const float> embedding, int p, int d_model,
                                              int k);

/// Tokens in the order in which the ring of frequency k joins them: by r(x) = k x mod p, ties (when
/// gcd(k, p) > 1) by x. For gcd 1 each is followed by itself + k^-1 mod p. p entries.
[[nodiscard]] std::vector<int> ring_sequence(int p, int k);

/// r(x) / p, 0..1: position of token x on the ring of frequency k, for its hue.
[[nodiscard]] float ring_position(int token, int p, int k);

} // namespace grokscope::ui
