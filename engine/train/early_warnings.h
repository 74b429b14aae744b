// Alarms of the early warnings, from the figures alone (science.md 6.5).
// Threads: any, one at a time.
#pragma once

#include "engine/protocol/event.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace grokscope {

/// Watches class separation and commutator defect of one run.
///
/// All windows are in epochs, so that an alarm does not depend on how often one looks. Class
/// separation: the baseline is the median of its figures in the 500 epochs after the run memorised;
/// the alarm comes when they have stayed above 2.5 times that for 100 epochs, by two figures or
/// more. Commutator: the alarm comes at the first defect above 20 and above ten times the median of
/// those of the first 1,000 epochs. A window without a figure has the first one after it for its
/// baseline. Each alarm comes once.
class EarlyWarnings {
public:
    /// To be told of each sample before the rows of later epochs.
    void observe(const MetricSample& sample);
    /// The alarms that this row raises; rows without early warnings raise none.
    [[nodiscard]] std::vector<event::Mark> observe(const ProgressRow& row);

private:
    [[nodiscard]] bool separation_alarm(std::int32_t epoch, double ildr);
    [[nodiscard]] bool commutator_alarm(std::int32_t epoch, double defect);

    std::optional<std::int32_t> memorised_;
    std::vector<double> separations_;         ///< the baseline's figures so far
    std::optional<std::int32_t> above_since_; ///< first epoch of those above the threshold now
    bool separated_ = false;
    std::vector<double> defects_; ///< the baseline's figures so far
    bool defective_ = false;
};

} // namespace grokscope
