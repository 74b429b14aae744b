// The window's end of the laboratory: what it tells of itself, and what it is asked to do.
// Threads: main thread only; the channels are the only contact with the laboratory.
#pragma once

#include "engine/protocol/laboratory.h"
#include "ui/core/run_book.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

namespace grokscope::ui {

class LabController {
public:
    /// Takes what the laboratory told last. `now`: seconds, increasing. True when that is news.
    bool take(LaboratoryChannels& channels, double now);
    /// Hands over what it is asked for as room allows; what does not fit goes next time.
    void flush(LaboratoryChannels& channels);

    /// Measures what is recorded of the run, at every multiple of `every`, 1..MeasurePlan::kMost.
    void measure_record(RunId run, std::string_view instrument, int every);
    /// Ends that; what is done stays.
    void stop_measuring();

    /// Whether a laboratory has ever said anything.
    [[nodiscard]] bool present() const { return status_.has_value(); }
    /// As told last; all empty before.
    [[nodiscard]] const LaboratoryStatus& status() const;
    /// How an instrument stands with a run; null when nothing is known of it.
    [[nodiscard]] const InstrumentStanding* standing(RunId run, std::string_view instrument) const;
    /// A record is being measured, or is going to be.
    [[nodiscard]] bool measuring() const;
    /// Seconds until the record is measured; nothing until that can be told.
    [[nodiscard]] std::optional<double> seconds_left() const;

private:
    void watch(const LaboratoryStatus& status, double now);

    std::optional<LaboratoryStatus> status_;
    std::deque<LabRequest> waiting_;
    bool asked_ = false; ///< a record was asked for, and nothing heard since
    /// Of the record that is being measured: where and when its first status came, and the newest.
    RunId watched_{};
    std::int64_t first_done_ = 0;
    double first_time_ = 0;
    double last_time_ = 0;
};

/// Bytes that exact weights of this configuration take: all parameters of the model as float32.
[[nodiscard]] double exact_weight_bytes(const RunConfig& config);

} // namespace grokscope::ui
