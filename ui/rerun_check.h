// Does a run repeat an earlier one? Its figures against those of the record, bit for bit, as they
// come. Threads: main thread only.
#pragma once

#include "engine/protocol/known_runs.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace grokscope::ui {

class RerunCheck {
public:
    /// `here` is what computes the run that is compared, its step included.
    RerunCheck(std::shared_ptr<const EarlierRun> earlier, Workplace here);

    /// Compares what came since the last call; `samples` are all of the run, in order. Times are
    /// left out: they are never the same.
    void compare(std::span<const MetricSample> samples);

    /// Up to this epoch, evaluated in both, all figures are the same; empty until there is one.
    [[nodiscard]] std::optional<std::int32_t> same_until() const { return same_until_; }
    /// The first epoch with another figure; nothing after it is looked at.
    [[nodiscard]] std::optional<std::int32_t> first_difference() const { return first_difference_; }

    [[nodiscard]] const EarlierRun& earlier() const { return *earlier_; }
    [[nodiscard]] const Workplace& here() const { return here_; }

private:
    std::shared_ptr<const EarlierRun> earlier_;
    Workplace here_;
    std::size_t compared_ = 0; ///< samples of the run
    std::size_t at_ = 0;       ///< sample of the record
    std::optional<std::int32_t> same_until_;
    std::optional<std::int32_t> first_difference_;
};

} // namespace grokscope::ui
