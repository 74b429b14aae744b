#include "ui/circle_projection.h"

#include "engine/protocol/frequencies.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <string>

namespace grokscope::ui {
namespace {

constexpr double kWorstCondition = 1e8;

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
std::complex<double> turn(int k, std::size_t x, std::size_t p) {
    const std::size_t r = static_cast<std::size_t>(k) * x % p;
    const double angle = 2 * std::numbers::pi * static_cast<double>(r) / static_cast<double>(p);
    return std::polar(1.0, angle);
}

/// Dot product in double; independent sums, so that the compiler may use vectors.
double dot(std::span<const double> one, std::span<const float> other) {
    constexpr std::size_t kLanes = 8;
    double sums[kLanes] = {};
    std::size_t i = 0;
    for (; i + kLanes <= one.size(); i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            sums[lane] += one[i + lane] * static_cast<double>(other[i + lane]);
        }
    }
    double total = 0;
    for (; i < one.size(); ++i) {
        total += one[i] * static_cast<double>(other[i]);
    }
    return std::accumulate(std::begin(sums), std::end(sums), total);
}

CircleProjection project(const TokenView& tokens, int k) {
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

void require_shape(std::span<const float> embedding, int p, int d_model, int k) {
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

} // namespace

CircleProjection project_circle(std::span<const float> embedding, int p, int d_model, int k) {
    require_shape(embedding, p, d_model, k);
    return project({embedding, static_cast<std::size_t>(p), d_model}, k);
}

std::vector<int> ring_sequence(int p, int k) {
    std::vector<int> tokens(static_cast<std::size_t>(p));
    std::iota(tokens.begin(), tokens.end(), 0);
    std::stable_sort(tokens.begin(), tokens.end(), [&](int one, int other) {
        return static_cast<std::int64_t>(k) * one % p < static_cast<std::int64_t>(k) * other % p;
    });
    return tokens;
}

float ring_position(int token, int p, int k) {
    return static_cast<float>(static_cast<std::int64_t>(k) * token % p) / static_cast<float>(p);
}

} // namespace grokscope::ui
