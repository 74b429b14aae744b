#include "ui/core/ring_chance.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

using Point = std::complex<double>;

constexpr std::size_t kDraws = 1000;
constexpr double kQuantile = 0.99;
/// Best of all frequencies of one draw: fewer draws, each is dear.
constexpr std::size_t kComponentDraws = 400;

/// Normals that are the same everywhere: the generator is exact in the standard, its distributions
/// are not.
class Normals {
public:
    double next() {
        if (spare_) {
            spare_ = false;
            return second_;
        }
        const double radius = std::sqrt(-2 * std::log(uniform()));
        const double angle = 2 * std::numbers::pi * uniform();
        second_ = radius * std::sin(angle);
        spare_ = true;
        return radius * std::cos(angle);
    }
    /// Length of a vector of `dimensions` normals.
    double length(int dimensions) {
        double squares = 0;
        for (int i = 0; i < dimensions; ++i) {
            const double one = next();
            squares += one * one;
        }
        return std::sqrt(squares);
    }

private:
    double uniform() { return (static_cast<double>(generator_()) + 0.5) / 4294967296.0; }

    std::mt19937 generator_{20230501};
    double second_ = 0;
    bool spare_ = false;
};

std::vector<Point> turns_of(int p, int k) {
    std::vector<Point> turns;
    for (std::int64_t x = 0; x < p; ++x) {
        turns.push_back(std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(x * k % p) / p));
    }
    return turns;
}

double quantile(std::vector<double> values) {
    const auto at = values.begin() +
                    static_cast<std::ptrdiff_t>(kQuantile * static_cast<double>(values.size()));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

struct Figures {
    double order = 0;
    double roundness = 0;
};

/// R and rho of points around their mean, in the better direction of turning.
Figures figures_of(const std::vector<Point>& points, const std::vector<Point>& turns) {
    Point angles_with;
    Point angles_against;
    Point with;
    Point against;
    double energy = 0;
    for (std::size_t x = 0; x < points.size(); ++x) {
        const double length = std::abs(points[x]);
        if (length > 0) {
            angles_with += points[x] / length * std::conj(turns[x]);
            angles_against += points[x] / length * turns[x];
        }
        with += points[x] * std::conj(turns[x]);
        against += points[x] * turns[x];
        energy += std::norm(points[x]);
    }
    const auto count = static_cast<double>(points.size());
    return {std::max(std::abs(angles_with), std::abs(angles_against)) / count,
            energy > 0 ? std::max(std::norm(with), std::norm(against)) / (count * energy) : 0};
}

/// Takes out the mean and what lies along the cosine and the sine.
void leave_the_rest(std::vector<double>& noise, const std::vector<Point>& turns) {
    const auto count = static_cast<double>(noise.size());
    double mean = 0;
    Point along;
    for (std::size_t x = 0; x < noise.size(); ++x) {
        mean += noise[x] / count;
        along += noise[x] * turns[x] * (2 / count);
    }
    for (std::size_t x = 0; x < noise.size(); ++x) {
        noise[x] -= mean + along.real() * turns[x].real() + along.imag() * turns[x].imag();
    }
}

/// The points of one random embedding. With A the two rows of normals that the cosine and the sine
/// pick out of it, the frame is (A A^T)^(-1/2) A, so that the two waves come out as (A A^T)^(1/2),
/// and all that is orthogonal to them as independent normals.
std::vector<Point> random_points(const std::vector<Point>& turns, int d_model, Normals& normals) {
    // Bartlett: A A^T = L L^T with independent entries.
    const double l00 = normals.length(d_model);
    const double l10 = normals.next();
    const double l11 = normals.length(d_model - 1);
    const double cc = l00 * l00;
    const double cs = l00 * l10;
    const double ss = l10 * l10 + l11 * l11;
    const double s = l00 * l11; // square root of the determinant
    const double t = std::sqrt(cc + ss + 2 * s);
    const double wave = std::sqrt(2.0 / static_cast<double>(turns.size())) / t;
    std::vector<double> across(turns.size());
    std::vector<double> up(turns.size());
    std::ranges::generate(across, [&] { return normals.next(); });
    std::ranges::generate(up, [&] { return normals.next(); });
    leave_the_rest(across, turns);
    leave_the_rest(up, turns);
    std::vector<Point> points(turns.size());
    for (std::size_t x = 0; x < points.size(); ++x) {
        const double cosine = turns[x].real() * wave;
        const double sine = turns[x].imag() * wave;
        points[x] = {cosine * (cc + s) + sine * cs + across[x],
                     cosine * cs + sine * (ss + s) + up[x]};
    }
    return points;
}

RingChance of_frequency(int p, int d_model, int k) {
    const std::vector<Point> turns = turns_of(p, k);
    Normals normals;
    std::vector<double> orders;
    std::vector<double> roundnesses;
    for (std::size_t draw = 0; draw < kDraws; ++draw) {
        const Figures figures = figures_of(random_points(turns, d_model, normals), turns);
        orders.push_back(figures.order);
        roundnesses.push_back(figures.roundness);
    }
    return {quantile(std::move(orders)), quantile(std::move(roundnesses))};
}

/// Of the frequency that the points' angles fit best.
const std::vector<Point>& best_turns(const std::vector<Point>& points,
                                     const std::vector<std::vector<Point>>& turns) {
    std::vector<Point> directions;
    for (const Point& point : points) {
        directions.push_back(point / std::abs(point));
    }
    const auto order = [&](const std::vector<Point>& one) {
        Point with;
        Point against;
        for (std::size_t x = 0; x < one.size(); ++x) {
            with += directions[x] * std::conj(one[x]);
            against += directions[x] * one[x];
        }
        return std::max(std::norm(with), std::norm(against));
    };
    return *std::ranges::max_element(turns, {}, order);
}

RingChance of_components(int p) {
    std::vector<std::vector<Point>> turns;
    for (int k = 1; 2 * k < p; ++k) {
        turns.push_back(turns_of(p, k));
    }
    Normals normals;
    std::vector<double> orders;
    std::vector<double> roundnesses;
    for (std::size_t draw = 0; draw < kComponentDraws; ++draw) {
        std::vector<Point> points(static_cast<std::size_t>(p));
        std::ranges::generate(points, [&] {
            const double across = normals.next();
            return Point(across, normals.next());
        });
        const Point mean =
            std::accumulate(points.begin(), points.end(), Point()) / static_cast<double>(p);
        for (Point& point : points) {
            point -= mean;
        }
        const Figures best = figures_of(points, best_turns(points, turns));
        orders.push_back(best.order);
        roundnesses.push_back(best.roundness);
    }
    return {quantile(std::move(orders)), quantile(std::move(roundnesses))};
}

} // namespace

const RingChance& RingChances::along_frequency(int p, int d_model, int k) {
    const int shared = std::gcd(k, p);
    const auto [entry, fresh] = known_.try_emplace({p, d_model, shared});
    if (fresh) {
        entry->second = of_frequency(p, d_model, shared);
    }
    return entry->second;
}

const RingChance& RingChances::along_components(int p) {
    const auto [entry, fresh] = known_.try_emplace({p, 0, 0});
    if (fresh) {
        entry->second = of_components(p);
    }
    return entry->second;
}

RingShape ring_shape(const CircleProjection& circle, const RingChance& chance) {
    if (!circle.has_plane || !(circle.order > chance.order) ||
        !(circle.roundness > chance.roundness)) {
        return RingShape::kNone;
    }
    if (circle.order < kSharp) {
        return RingShape::kBlurred;
    }
    double sum = 0;
    for (const PlanePoint& point : circle.points) {
        sum += std::hypot(static_cast<double>(point.x), static_cast<double>(point.y));
    }
    const double mean = sum / static_cast<double>(circle.points.size());
    const bool far_out = static_cast<double>(circle.radius) > kFarOut * mean;
    return far_out || circle.roundness < kEven ? RingShape::kUneven : RingShape::kRing;
}

} // namespace grokscope::ui
