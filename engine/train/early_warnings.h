// Alarms of the early warnings, from the figures alone (science.md 6.5).
// Threads: any, one at a time.
#pragma once

#include "engine/protocol/event.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"

#include <vector>

namespace grokscope {

/// Watches class separation and commutator defect of one run.
///
/// Class separation: the baseline is the median of its first ten figures after the run memorised;
/// the alarm comes at the third in a row above 2.5 times that. Commutator: the alarm comes at the
/// first defect above 20 and above ten times the median of the first three. Each alarm comes once.
class EarlyWarnings {
public:
    /// To be told of each sample before the rows of later epochs.
    void observe(const MetricSample& sample);
    /// The alarms that this row raises; rows without early warnings raise none.
    [[nodiscard]] std::vector<event::Mark> observe(const ProgressRow& row);

private:
    [[nodiscard]] bool separation_alarm(double ildr);
    [[nodiscard]] bool commutator_alarm(double defect);

    bool memorised_ = false;
    std::vector<double> separations_; ///< the baseline's figures so far
    int in_a_row_ = 0;
    bool separated_ = false;
    std::vector<double> defects_; ///< the first figures so far
    bool defective_ = false;
};

} // namespace grokscope
