// What the laboratory's thread and the front end tell each other: readings, alarms, how far behind
// each instrument is, and what is to be measured.
// Threads: each field names its producer and its consumer.
#pragma once

#include "engine/protocol/cache_line.h"
#include "engine/protocol/doorbell.h"
#include "engine/protocol/event.h"
#include "engine/protocol/figure.h"
#include "engine/protocol/latest.h"
#include "engine/protocol/measure_plan.h"
#include "engine/protocol/spsc_ring.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace grokscope {

/// The alarms of a run, as its readings raise them up to now: they take the place of those before.
struct RunAlarms {
    RunId run{};
    std::vector<event::Mark> marks;
    std::uint32_t life = 0;
};

/// How one instrument stands with one run.
struct InstrumentStanding {
    RunId run{};
    std::string instrument;
    /// Readings made of it since the program began, and what they took together.
    std::int64_t made = 0;
    double seconds = 0;
    /// Readings that are due by now and not made yet.
    std::int64_t waiting = 0;
    /// Epoch of the newest reading; -1 before the first.
    std::int32_t newest = -1;
    /// Due, but the weights there are rounded and the instrument needs exact ones.
    std::int64_t refused = 0;
};

/// State of the laboratory; newest wins.
struct LaboratoryStatus {
    std::vector<InstrumentStanding> standings;
    /// Why nothing can be measured, one sentence; empty while all is well.
    std::string problem;
    /// A run whose whole record is being measured, and how far that has come.
    RunId whole_run{};
    std::int64_t whole_done = 0;
    std::int64_t whole_of = 0; ///< 0: none is
};

namespace lab_request {

/// Measures all recorded weights of a run that the plan makes due; every 1 takes all there are.
struct MeasureRecord {
    RunId run{};
    MeasurePlan plan;
};
/// Ends that; what is done is kept.
struct StopMeasuring {};

} // namespace lab_request

using LabRequest = std::variant<lab_request::MeasureRecord, lab_request::StopMeasuring>;

struct LaboratoryChannels {
    /// Laboratory to front end. Lossless: the laboratory waits with what does not fit.
    SpscRing<Reading> readings{1024};
    /// Laboratory to front end. Lossless, as above; after the readings that raised them.
    SpscRing<RunAlarms> alarms{64};
    /// Laboratory to front end.
    Latest<LaboratoryStatus> status;
    /// Front end to laboratory. When full the front end retries next frame.
    SpscRing<LabRequest> requests{16};
    /// Trainer and front end to laboratory: rung after something was pushed.
    alignas(kCacheLine) Doorbell doorbell;
};

} // namespace grokscope
