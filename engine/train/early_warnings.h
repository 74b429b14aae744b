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
/// One rule for both: later than 500 epochs after the run memorised, the alarm comes when the
/// figures have stayed above a multiple of a baseline for 100 epochs, by two figures or more. For
/// class separation the baseline is the median of those 500 epochs, times 2.5, and where there is
/// no figure in them the first one after. For the commutator, which memorising itself throws up for
/// some hundreds of epochs, it is the lowest figure since then, times 2. All windows are in epochs,
/// so that an alarm does not depend on how often one looks. Each alarm comes once.
class EarlyWarnings {
public:
    /// To be told of each sample before the rows of later epochs.
    void observe(const MetricSample& sample);
    /// The alarms that this row raises; rows without early warnings raise none.
    [[nodiscard]] std::vector<event::Mark> observe(const ProgressRow& row);

private:
    /// Waits for one figure to rise.
    class Rise {
    public:
        /// Of which figures the baseline is the median.
        enum class Baseline : std::uint8_t { kFirst, kLowest };
        Rise(Baseline baseline, double times) : baseline_(baseline), times_(times) {}
        /// Whether this figure raises the alarm.
        [[nodiscard]] bool observe(std::int32_t epoch, double figure, std::int32_t memorised);

    private:
        Baseline baseline_;
        double times_;
        std::vector<double> figures_;             ///< of the baseline so far
        std::optional<std::int32_t> above_since_; ///< first epoch of those above the threshold now
        bool raised_ = false;
    };

    std::optional<std::int32_t> memorised_;
    Rise separation_{Rise::Baseline::kFirst, 2.5};
    Rise commutator_{Rise::Baseline::kLowest, 2};
};

} // namespace grokscope
