#include "app/commands/paired_ratios.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <optional>

namespace grokscope {

namespace {

/// Share of cases that may lie beyond either end of an interval.
constexpr double kTail = 0.025;

double mean_of(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The smaller and the larger bounds of all ratios, each in increasing order: the k-th smallest
/// ratio lies between the k-th of either.
struct Bounds {
    std::vector<double> low;
    std::vector<double> high;

    explicit Bounds(const std::vector<SpeedUp>& pairs) {
        for (const SpeedUp& pair : pairs) {
            low.push_back(pair.ratio.low);
            high.push_back(pair.ratio.high);
        }
        std::ranges::sort(low);
        std::ranges::sort(high);
    }
    [[nodiscard]] Bounded at(std::size_t index) const { return {low[index], high[index]}; }
};

/// Of positive numbers, 0 and infinity among them.
double geometric_mean(std::span<const double> values) {
    std::vector<double> logarithms;
    std::ranges::transform(values, std::back_inserter(logarithms),
                           [](double value) { return std::log(value); });
    return std::exp(mean_of(logarithms));
}

/// Halfway on a scale of ratios, so that the median of the inverse is the inverse.
Bounded between(const Bounded& one, const Bounded& other) {
    return {std::sqrt(one.low * other.low), std::sqrt(one.high * other.high)};
}

/// How many ratios lie beyond either end of the interval of the median; empty: too few for one.
std::optional<std::size_t> beyond_either_end(std::size_t count) {
    const boost::math::binomial coins(static_cast<double>(count), 0.5);
    std::size_t beyond = 0;
    while (boost::math::cdf(coins, static_cast<double>(beyond)) <= kTail) {
        ++beyond;
    }
    // `beyond` + 1 of them is already too likely.
    return beyond == 0 ? std::nullopt : std::optional(beyond - 1);
}

} // namespace

std::pair<double, double> student_interval(std::span<const double> values) {
    if (values.size() < 2) {
        return {std::nan(""), std::nan("")};
    }
    const double mean = mean_of(values);
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    const auto count = static_cast<double>(values.size());
    const boost::math::students_t distribution(count - 1);
    const double half = boost::math::quantile(boost::math::complement(distribution, kTail)) *
                        std::sqrt(squares / (count - 1) / count);
    return {mean - half, mean + half};
}

SpeedUps speed_ups_of(std::vector<SpeedUp> pairs) {
    SpeedUps result;
    result.pairs = std::move(pairs);
    const std::size_t count = result.pairs.size();
    if (count == 0) {
        return result;
    }
    const Bounds bounds(result.pairs);
    result.geometric_mean = {geometric_mean(bounds.low), geometric_mean(bounds.high)};
    result.smallest = bounds.at(0);
    result.largest = bounds.at(count - 1);
    result.median = count % 2 == 1 ? bounds.at(count / 2)
                                   : between(bounds.at(count / 2 - 1), bounds.at(count / 2));
    const bool exact = std::ranges::all_of(
        result.pairs, [](const SpeedUp& pair) { return pair.ratio.is_exact(); });
    if (exact && count >= kLeastPairs) {
        std::vector<double> logarithms;
        std::ranges::transform(bounds.low, std::back_inserter(logarithms),
                               [](double ratio) { return std::log(ratio); });
        const auto [low, high] = student_interval(logarithms);
        result.interval = IntervalKind::kStudent;
        result.low = Bounded::exactly(std::exp(low));
        result.high = Bounded::exactly(std::exp(high));
    } else if (const auto beyond = beyond_either_end(count); !exact && beyond) {
        result.low = bounds.at(*beyond);
        result.high = bounds.at(count - 1 - *beyond);
        const bool known = result.low.low > 0 || std::isfinite(result.high.high);
        result.interval = known ? IntervalKind::kOrder : IntervalKind::kNone;
    }
    return result;
}

} // namespace grokscope
