// Epochs that some runs had not reached when they ended: curve, median and comparison of two
// groups.
#pragma once

#include "engine/protocol/sweep_result.h"

#include <span>
#include <vector>

namespace grokscope {

/// How long one run took, or how long it was watched in vain.
struct Lifetime {
    double epoch = 0;
    bool ended = true;
};

/// Share of runs still on their way from each epoch on at which one got there: the product-limit
/// estimate (Kaplan and Meier 1958, 10.1080/01621459.1958.10501452). Increasing epochs.
[[nodiscard]] std::vector<SurvivalStep> kaplan_meier(std::span<const Lifetime> runs);

/// First epoch from which that share is below a half; where it is a half for a while, the middle of
/// that while. Known by a bound alone when more than half of the runs may take longer.
[[nodiscard]] Bounded median_of(std::span<const Lifetime> runs);

/// Probability of a difference at least as large between two groups that are alike: the log-rank
/// test (Mantel 1966; hypergeometric variance, as in Peto et al. 1977), two-sided, by chi square
/// with one degree of freedom. NaN where nothing can be said: an empty group, or no epoch at which
/// a run of either could have got there before one of the other.
[[nodiscard]] double log_rank_p(std::span<const Lifetime> one, std::span<const Lifetime> other);

} // namespace grokscope
