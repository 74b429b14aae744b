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

/// The embeddings of the group's elements on the plane of frequency k, mean removed (science.md
/// 3.4): [order], in order of their index, with the first coordinate as the real part. Empty when
/// there is no plane.
std::vector<std::complex<double>> ring_of(const Parameters& parameters, int k,
                                          const GroupIndex& group, const Waves& waves) {
    const ModelShape& shape = parameters.layout().shape();
    const auto tokens = static_cast<std::size_t>(shape.vocabulary());
    const auto W_E = parameters.view(Tensor::W_E); // [d, tokens]: a row is one column of E
    const auto embedding = [&](std::size_t row, int index) {
        return static_cast<double>(
            W_E[row * tokens + static_cast<std::size_t>(group.element(index))]);
    };
    // Along each of the d axes: C = sum_x E_x exp(i w_k x), real part the cosine direction.
    std::vector<std::complex<double>> direction;
    std::vector<double> mean;
    double cc = 0;
    double ss = 0;
    double cs = 0;
    for (std::size_t row = 0; row < static_cast<std::size_t>(shape.d); ++row) {
        std::complex<double> sum;
        double total = 0;
        for (int i = 0; i < group.order(); ++i) {
            const double value = embedding(row, i);
            sum += value * std::complex(waves.cosine(k, i), waves.sine(k, i));
            total += value;
        }
        direction.push_back(sum);
        mean.push_back(total / group.order());
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
    std::vector<std::complex<double>> points(static_cast<std::size_t>(group.order()));
    for (std::size_t row = 0; row < direction.size(); ++row) {
        const double cosine = direction[row].real();
        const double sine = direction[row].imag();
        const std::complex<double> axis((ss + s) * cosine - cs * sine,
                                        (cc + s) * sine - cs * cosine);
        for (int i = 0; i < group.order(); ++i) {
            points[static_cast<std::size_t>(i)] += scale * axis * (embedding(row, i) - mean[row]);
        }
    }
    return points;
}

} // namespace

std::vector<ClockReading> read_clock(NumberPair pair, std::span<const int> frequencies,
                                     const FoldedLogits& folded, std::span<const float> logits,
                                     const Parameters& parameters, const GroupIndex& group,
                                     const Waves& waves) {
    const int u = group.log(pair.a);
    const int v = group.log(pair.b);
    if (u < 0 || v < 0) {
        return {};
    }
    const int order = group.order();
    const int answer = (u + group.log_second(pair.b)) % order;
    const auto classes = static_cast<std::size_t>(group.numbers());
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
        reading.angle_a = angle(u);
        reading.angle_b = angle(v);
        reading.angle_answer = angle(answer);
        for (std::size_t c = 0; c < classes; ++c) {
            reading.contribution.push_back(
                static_cast<float>(table[static_cast<std::size_t>(answer) * classes +
                                         column_of(static_cast<int>(c), group)]));
        }

        const std::vector<std::complex<double>> ring = ring_of(parameters, k, group, waves);
        if (!ring.empty()) {
            double energy = 0;
            for (const std::complex<double>& point : ring) {
                energy += std::norm(point);
            }
            const double radius = std::sqrt(energy / order);
            reading.embedding_a = hand_of(ring[static_cast<std::size_t>(u)], radius);
            reading.embedding_b = hand_of(ring[static_cast<std::size_t>(v)], radius);
        }
        std::complex<double> hand;
        for (int c = 0; c < order; ++c) {
            hand += static_cast<double>(logits[static_cast<std::size_t>(group.element(c))]) *
                    std::complex(waves.cosine(k, c), waves.sine(k, c));
        }
        reading.logits = hand_of(hand, static_cast<double>(order) / frequency_dimensions(k, order));
        readings.push_back(std::move(reading));
    }
    return readings;
}

} // namespace grokscope
