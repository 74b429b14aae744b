#include "engine/analysis/class_separation.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

namespace {

template <typename Scalar>
double distance(std::span<const Scalar> one, std::span<const double> other) {
    double sum = 0;
    for (std::size_t i = 0; i < other.size(); ++i) {
        const double difference = one[i] - other[i];
        sum += difference * difference;
    }
    return std::sqrt(sum);
}

} // namespace

double class_separation(std::span<const float> features, std::size_t width,
                        std::span<const std::uint16_t> labels, std::size_t classes) {
    if (width == 0 || features.size() != labels.size() * width) {
        throw std::invalid_argument("class separation of " + std::to_string(labels.size()) +
                                    " rows of width " + std::to_string(width) +
                                    " needs as many features, got " +
                                    std::to_string(features.size()));
    }
    std::vector<std::vector<double>> means(classes, std::vector<double>(width));
    std::vector<double> counts(classes);
    for (std::size_t row = 0; row < labels.size(); ++row) {
        if (labels[row] >= classes) {
            throw std::invalid_argument("labels must lie below " + std::to_string(classes) +
                                        ", got " + std::to_string(labels[row]));
        }
        for (std::size_t i = 0; i < width; ++i) {
            means[labels[row]][i] += features[row * width + i];
        }
        ++counts[labels[row]];
    }
    for (std::size_t c = 0; c < classes; ++c) {
        for (double& value : means[c]) {
            value /= counts[c]; // of a class without rows never read
        }
    }
    double within = 0;
    for (std::size_t row = 0; row < labels.size(); ++row) {
        within += distance(features.subspan(row * width, width), means[labels[row]]);
    }
    within /= static_cast<double>(labels.size());
    double between = 0;
    double pairs = 0;
    for (std::size_t one = 0; one < classes; ++one) {
        for (std::size_t other = 0; other < one; ++other) {
            if (counts[one] > 0 && counts[other] > 0) {
                between += distance(std::span<const double>(means[one]), means[other]);
                ++pairs;
            }
        }
    }
    constexpr double kGuard = 1e-12;
    return pairs > 0 ? between / pairs / (within + kGuard)
                     : std::numeric_limits<double>::quiet_NaN();
}

} // namespace grokscope
