// The circle picture's mathematics (science.md 3.4): token embeddings seen in the plane of one
// frequency, and how round they lie there. Pure arithmetic, deterministic, for the window and for
// exports.
#pragma once

#include "engine/protocol/frequencies.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <numbers>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

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

namespace circle_detail {

inline constexpr double kWorstCondition = 1e8;

/// One row for each token.
struct TokenView {
    std::span<const float> embedding;
    std::size_t p;
    int d_model;

    [[nodiscard]] std::span<const float> row(std::size_t x) const {
        const auto width = static_cast<std::size_t>(d_model);
        return embedding.subspan(x * width, width);
    }
};

/// cos and sin of w_k x, exact in its multiples of the full turn.
inline std::complex<double> turn(int k, std::size_t x, std::size_t p) {
    const std::size_t r = static_cast<std::size_t>(k) * x % p;
    const double angle = 2 * std::numbers::pi * static_cast<double>(r) / static_cast<double>(p);
    return std::polar(1.0, angle);
}

/// Dot product in double; independent sums, so that the compiler may use vectors.
inline double dot(std::span<const double> one, std::span<const float> other) {
    constexpr std::size_t kLanes = 8;
    double sums[kLanes] = {};
    for (std::size_t i = 0; i + kLanes <= one.size(); i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            sums[lane] += one[i + lane] * static_cast<double>(other[i + lane]);
        }
    }
    double total = 0;
    for (std::size_t rest = one.size() % kLanes; rest > 0; --rest) {
        total += one[one.size() - rest] * static_cast<double>(other[one.size() - rest]);
    }
    return std::accumulate(std::begin(sums), std::end(sums), total);
}

inline CircleProjection project(const TokenView& tokens, int k) {
    const std::size_t p = tokens.p;
    const auto d = static_cast<std::size_t>(tokens.d_model);
    CircleProjection result;
    result.frequency = k;

    // C: cosine and sine directions; the mean needs no removal, both are orthogonal to constants.
    std::vector<double> cosine(d);
    std::vector<double> sine(d);
    for (std::size_t x = 0; x < p; ++x) {
        const std::complex<double> w = turn(k, x, p);
        const std::span<const float> row = tokens.row(x);
        for (std::size_t i = 0; i < d; ++i) {
            cosine[i] += w.real() * static_cast<double>(row[i]);
            sine[i] += w.imag() * static_cast<double>(row[i]);
        }
    }
    const double cc = std::inner_product(cosine.begin(), cosine.end(), cosine.begin(), 0.0);
    const double ss = std::inner_product(sine.begin(), sine.end(), sine.begin(), 0.0);
    const double cs = std::inner_product(cosine.begin(), cosine.end(), sine.begin(), 0.0);

    // (C C^T)^(-1/2) of a symmetric 2 x 2 matrix M: with s = sqrt(det M) and t = sqrt(trace M + 2
    // s), sqrt(M) = (M + s I) / t, and its determinant is s.
    const double half_gap = std::hypot((cc - ss) / 2, cs);
    const double largest = (cc + ss) / 2 + half_gap;
    const double smallest = (cc + ss) / 2 - half_gap;
    result.condition = smallest > 0 ? largest / smallest : std::numeric_limits<double>::infinity();
    if (!(result.condition <= kWorstCondition)) { // so that NaN too is no plane
        return result;
    }
    const double s = std::sqrt(largest * smallest);
    const double t = std::sqrt(cc + ss + 2 * s);
    const double q00 = (ss + s) / (s * t);
    const double q01 = -cs / (s * t);
    const double q11 = (cc + s) / (s * t);

    std::vector<std::complex<double>> z(p);
    std::complex<double> mean;
    for (std::size_t x = 0; x < p; ++x) {
        const std::span<const float> row = tokens.row(x);
        const double along_cosine = dot(cosine, row);
        const double along_sine = dot(sine, row);
        z[x] = {q00 * along_cosine + q01 * along_sine, q01 * along_cosine + q11 * along_sine};
        mean += z[x];
    }
    mean /= static_cast<double>(p);

    std::complex<double> angles_with;
    std::complex<double> angles_against;
    std::complex<double> points_with;
    std::complex<double> points_against;
    double energy = 0;
    double radius = 0;
    result.points.reserve(p);
    for (std::size_t x = 0; x < p; ++x) {
        const std::complex<double> point = z[x] - mean;
        const std::complex<double> w = turn(k, x, p);
        const double length = std::abs(point);
        if (length > 0) {
            angles_with += point / length * std::conj(w);
            angles_against += point / length * w;
        }
        points_with += point * std::conj(w);
        points_against += point * w;
        energy += std::norm(point);
        radius = std::max(radius, length);
        result.points.push_back(
            {static_cast<float>(point.real()), static_cast<float>(point.imag())});
    }
    const auto count = static_cast<double>(p);
    result.has_plane = true;
    result.order = std::max(std::abs(angles_with), std::abs(angles_against)) / count;
    result.roundness =
        std::max(std::norm(points_with), std::norm(points_against)) / (count * energy);
    result.radius = static_cast<float>(radius);
    return result;
}

inline void require_shape(std::span<const float> embedding, int p, int d_model, int k) {
    if (p < 3 || d_model < 2 ||
        embedding.size() != static_cast<std::size_t>(p) * static_cast<std::size_t>(d_model)) {
        throw std::invalid_argument("an embedding of " + std::to_string(p) + " x " +
                                    std::to_string(d_model) + " numbers was expected, got " +
                                    std::to_string(embedding.size()));
    }
    if (k < 1 || k > largest_frequency(p)) {
        throw std::invalid_argument("the frequency must lie between 1 and " +
                                    std::to_string(largest_frequency(p)) + ", got " +
                                    std::to_string(k));
    }
}

} // namespace circle_detail

/// Projects on the plane of frequency k, orthonormalised symmetrically:
/// Q = (C C^T)^(-1/2) C, z_x = Q (E_x - mean E). embedding: [p, d_model] row-major. k in 1..p/2.
/// Throws std::invalid_argument on a wrong shape or frequency.
[[nodiscard]] inline CircleProjection project_circle(std::span<const float> embedding, int p,
                                                     int d_model, int k) {
    circle_detail::require_shape(embedding, p, d_model, k);
    return circle_detail::project({embedding, static_cast<std::size_t>(p), d_model}, k);
}

/// Tokens in the order in which the ring of frequency k joins them: by r(x) = k x mod p, ties (when
/// gcd(k, p) > 1) by x. For gcd 1 each is followed by itself + k^-1 mod p. p entries.
[[nodiscard]] inline std::vector<int> ring_sequence(int p, int k) {
    std::vector<int> tokens(static_cast<std::size_t>(p));
    std::iota(tokens.begin(), tokens.end(), 0);
    std::stable_sort(tokens.begin(), tokens.end(), [&](int one, int other) {
        return static_cast<std::int64_t>(k) * one % p < static_cast<std::int64_t>(k) * other % p;
    });
    return tokens;
}

/// r(x) / p, 0..1: position of token x on the ring of frequency k, for its hue.
[[nodiscard]] inline float ring_position(int token, int p, int k) {
    return static_cast<float>(static_cast<std::int64_t>(k) * token % p) / static_cast<float>(p);
}

} // namespace grokscope
