#include "engine/inspect/clock_reading.h"

#include "engine/analysis/logit_fourier.h"
#include "engine/protocol/frequencies.h"

#include <cmath>
#include <complex>
#include <numbers>

namespace grokscope {

namespace {

constexpr double kTurn = 2 * std::numbers::pi;
/// Beyond this ratio of the plane's two directions there is no plane.
constexpr double kWorstCondition = 1e8;

double in_one_turn(double angle) {
    return angle < 0 ? angle + kTurn : angle;
}

ClockHand hand_of(std::complex<double> point, double unit) {
    return {in_one_turn(std::arg(point)), unit > 0 ? std::abs(point) / unit : 0};
}

/// The number embeddings on the plane of frequency k, mean removed (science.md 3.4): [p], with the
/// first coordinate as the real part. Empty when there is no plane.
std::vector<std::complex<double>> ring_of(const Parameters& parameters, int k, const Waves& waves) {
    const ModelShape& shape = parameters.layout().shape();
    const auto p = static_cast<std::size_t>(shape.p);
    const auto W_E = parameters.view(Tensor::W_E); // [d, p + 1]: a row is one column of E
    // Along each of the d axes: C = sum_x E_x exp(i w_k x), real part the cosine direction.
    std::vector<std::complex<double>> direction;
    std::vector<double> mean;
    double cc = 0;
    double ss = 0;
    double cs = 0;
    for (std::size_t row = 0; row < static_cast<std::size_t>(shape.d); ++row) {
        std::complex<double> sum;
        double total = 0;
        for (std::size_t x = 0; x < p; ++x) {
            const double value = W_E[row * (p + 1) + x];
            const auto token = static_cast<int>(x);
            sum += value * std::complex(waves.cosine(k, token), waves.sine(k, token));
            total += value;
        }
        direction.push_back(sum);
        mean.push_back(total / static_cast<double>(p));
        cc += sum.real() * sum.real();
        ss += sum.imag() * sum.imag();
        cs += sum.real() * sum.imag();
    }
    // (C C^T)^(-1/2): the root of a 2 x 2 matrix M is (M + s I) / t with s^2 = det M and
    // t^2 = trace M + 2 s, and the determinant of the root is s.
    const double half_gap = std::hypot((cc - ss) / 2, cs);
    const double largest = (cc + ss) / 2 + half_gap;
    const double smallest = (cc + ss) / 2 - half_gap;
    if (!(smallest > 0) || !(largest / smallest <= kWorstCondition)) { // a NaN is no plane either
        return {};
    }
    const double s = std::sqrt(largest * smallest);
    const double scale = 1 / (s * std::sqrt(cc + ss + 2 * s));
    std::vector<std::complex<double>> points(p);
    for (std::size_t row = 0; row < direction.size(); ++row) {
        const double cosine = direction[row].real();
        const double sine = direction[row].imag();
        const std::complex<double> axis((ss + s) * cosine - cs * sine,
                                        (cc + s) * sine - cs * cosine);
        for (std::size_t x = 0; x < p; ++x) {
            points[x] += scale * axis * (W_E[row * (p + 1) + x] - mean[row]);
        }
    }
    return points;
}

} // namespace

std::vector<ClockReading> read_clock(NumberPair pair, std::span<const int> frequencies,
                                     const FoldedLogits& folded, std::span<const float> logits,
                                     const Parameters& parameters, const Waves& waves) {
    const int p = waves.p();
    const auto n = static_cast<std::size_t>(p);
    const int sum = (pair.a + pair.b) % p;
    std::vector<ClockReading> readings;
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
        const int k = frequencies[i];
        const auto angle = [&](int x) {
            return in_one_turn(std::atan2(waves.sine(k, x), waves.cosine(k, x)));
        };
        ClockReading reading;
        const std::vector<double> table =
            project_logits(folded, waves, frequencies.subspan(i, 1)); // checks k
        reading.frequency = k;
        reading.angle_a = angle(pair.a);
        reading.angle_b = angle(pair.b);
        reading.angle_sum = angle(sum);
        const auto row = std::span(table).subspan(static_cast<std::size_t>(sum) * n, n);
        reading.contribution.assign(row.begin(), row.end());

        const std::vector<std::complex<double>> ring = ring_of(parameters, k, waves);
        if (!ring.empty()) {
            double energy = 0;
            for (const std::complex<double>& point : ring) {
                energy += std::norm(point);
            }
            const double radius = std::sqrt(energy / p);
            reading.embedding_a = hand_of(ring[static_cast<std::size_t>(pair.a)], radius);
            reading.embedding_b = hand_of(ring[static_cast<std::size_t>(pair.b)], radius);
        }
        std::complex<double> hand;
        for (int c = 0; c < p; ++c) {
            hand += static_cast<double>(logits[static_cast<std::size_t>(c)]) *
                    std::complex(waves.cosine(k, c), waves.sine(k, c));
        }
        reading.logits = hand_of(hand, static_cast<double>(p) / frequency_dimensions(k, p));
        readings.push_back(std::move(reading));
    }
    return readings;
}

} // namespace grokscope
