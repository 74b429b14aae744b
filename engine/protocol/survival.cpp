#include "engine/protocol/survival.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace grokscope {

namespace {

/// Epochs at which a run got there, each once, in order.
std::set<double> ends_of(std::span<const Lifetime> runs) {
    std::set<double> epochs;
    for (const Lifetime& run : runs) {
        if (run.ended) {
            epochs.insert(run.epoch);
        }
    }
    return epochs;
}

/// Runs on their way just before an epoch: those that end at it, too.
double at_risk(std::span<const Lifetime> runs, double epoch) {
    return static_cast<double>(
        std::ranges::count_if(runs, [&](const Lifetime& run) { return run.epoch >= epoch; }));
}

double ending_at(std::span<const Lifetime> runs, double epoch) {
    return static_cast<double>(std::ranges::count_if(
        runs, [&](const Lifetime& run) { return run.ended && run.epoch == epoch; }));
}

} // namespace

std::vector<SurvivalStep> kaplan_meier(std::span<const Lifetime> runs) {
    std::vector<SurvivalStep> steps;
    double share = 1;
    for (const double epoch : ends_of(runs)) {
        share *= 1 - ending_at(runs, epoch) / at_risk(runs, epoch);
        steps.push_back({epoch, share});
    }
    return steps;
}

Bounded median_of(std::span<const Lifetime> runs) {
    if (runs.empty()) {
        return {};
    }
    constexpr double kHalf = 0.5;
    constexpr double kRounding = 1e-9; // of a product of fractions
    const std::vector<SurvivalStep> steps = kaplan_meier(runs);
    const auto first = std::ranges::find_if(
        steps, [](const SurvivalStep& step) { return step.share <= kHalf + kRounding; });
    if (first == steps.end()) {
        return Bounded::above(std::ranges::max(runs, {}, &Lifetime::epoch).epoch);
    }
    if (first->share < kHalf - kRounding) {
        return Bounded::exactly(first->epoch);
    }
    return first + 1 == steps.end() ? Bounded::above(first->epoch)
                                    : Bounded::exactly((first->epoch + (first + 1)->epoch) / 2);
}

double log_rank_p(std::span<const Lifetime> one, std::span<const Lifetime> other) {
    std::set<double> epochs = ends_of(one);
    epochs.merge(ends_of(other));
    double excess = 0; // of ends in the first group over those expected of groups that are alike
    double variance = 0;
    for (const double epoch : epochs) {
        const double in_one = at_risk(one, epoch);
        const double in_both = in_one + at_risk(other, epoch);
        const double ends = ending_at(one, epoch) + ending_at(other, epoch);
        const double share = in_one / in_both;
        excess += ending_at(one, epoch) - ends * share;
        if (in_both > 1) {
            variance += ends * share * (1 - share) * (in_both - ends) / (in_both - 1);
        }
    }
    // The tail of chi square with one degree of freedom at excess^2 / variance.
    return variance > 0 ? std::erfc(std::fabs(excess) / std::sqrt(2 * variance))
                        : std::numeric_limits<double>::quiet_NaN();
}

} // namespace grokscope
