#include "engine/analysis/class_separation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

template <typename Scalar>
double squared_distance(std::span<const Scalar> one, std::span<const double> other) {
    double sum = 0;
    for (std::size_t i = 0; i < other.size(); ++i) {
        const double difference = one[i] - other[i];
        sum += difference * difference;
    }
    return sum;
}

/// The classes of some rows: how many rows each has, and their mean.
struct Classes {
    std::vector<std::vector<double>> means; ///< of a class without rows never read
    std::vector<double> counts;

    Classes(std::span<const float> features, std::size_t width,
            std::span<const std::uint16_t> labels, std::size_t classes)
        : means(classes, std::vector<double>(width)), counts(classes) {
        if (width == 0 || features.size() != labels.size() * width) {
            throw std::invalid_argument("class separation of " + std::to_string(labels.size()) +
                                        " rows of width " + std::to_string(width) +
                                        " needs as many features, got " +
                                        std::to_string(features.size()));
        }
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
                value /= counts[c];
            }
        }
    }

    /// The mean over pairs of classes of what `measure` makes of their means' squared distance;
    /// missing with fewer than two classes.
    template <typename Measure>
    [[nodiscard]] double between(Measure measure) const {
        double sum = 0;
        double pairs = 0;
        for (std::size_t one = 0; one < means.size(); ++one) {
            for (std::size_t other = 0; other < one; ++other) {
                if (counts[one] > 0 && counts[other] > 0) {
                    sum += measure(
                        squared_distance(std::span<const double>(means[one]), means[other]));
                    ++pairs;
                }
            }
        }
        return pairs > 0 ? sum / pairs : kMissing;
    }
};

} // namespace

double ildr(std::span<const float> features, std::size_t width,
            std::span<const std::uint16_t> labels, std::size_t classes) {
    const Classes known(features, width, labels, classes);
    std::vector<double> widths(classes);
    for (std::size_t row = 0; row < labels.size(); ++row) {
        const std::uint16_t c = labels[row];
        widths[c] += squared_distance(features.subspan(row * width, width), known.means[c]) /
                     known.counts[c];
    }
    const auto there = static_cast<double>(
        std::ranges::count_if(known.counts, [](double count) { return count > 0; }));
    constexpr double kGuard = 1e-8;
    const double within = std::accumulate(widths.begin(), widths.end(), 0.0) / there;
    return known.between([](double squared) { return squared; }) / (within + kGuard);
}

double class_separation(std::span<const float> features, std::size_t width,
                        std::span<const std::uint16_t> labels, std::size_t classes) {
    const Classes known(features, width, labels, classes);
    double within = 0;
    for (std::size_t row = 0; row < labels.size(); ++row) {
        within += std::sqrt(
            squared_distance(features.subspan(row * width, width), known.means[labels[row]]));
    }
    within /= static_cast<double>(labels.size());
    constexpr double kGuard = 1e-12;
    return known.between([](double squared) { return std::sqrt(squared); }) / (within + kGuard);
}

} // namespace grokscope
