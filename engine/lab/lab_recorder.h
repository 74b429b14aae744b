// The trainer's end of the laboratory: tells it of runs and how far they have come.
// Threads: the trainer's only; the ring's other end is the laboratory's.
#pragma once

#include "engine/protocol/ringing_sender.h"
#include "engine/train/recorder.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

namespace grokscope {

namespace lab_item {

/// There is a run; `branch` when its first weights are another's.
struct Made {
    RunId run{};
    RunConfig config;
    std::optional<BranchPoint> branch = std::nullopt;
};
/// The run goes on with the stored one of this identity. Comes before Made.
struct Resumed {
    RunId run{};
    std::string uuid;
};
struct Reset {
    RunId run{};
    std::uint32_t life = 0;
};
struct Removed {
    RunId run{};
};
struct Plan {
    RunId run{};
    MeasurePlan plan;
};
/// The run trains, and weights that an instrument is to measure are recorded about now.
struct Trained {
    RunId run{};
    std::int32_t epoch = 0;
};

} // namespace lab_item

using LabItem = std::variant<lab_item::Made, lab_item::Resumed, lab_item::Reset, lab_item::Removed,
                             lab_item::Plan, lab_item::Trained>;

class LabRecorder final : public Recorder {
public:
    /// Both outlive this. `ring` is lossless: what finds it full waits here.
    LabRecorder(SpscRing<LabItem>& ring, Doorbell& doorbell) : items_(ring, doorbell) {}

    void record(const Event& event) override;
    void record(const MetricSample&) override {}
    void record(const Snapshot&) override {}
    void record(const ProgressRow&) override {}
    void resumed(RunId run, const StoredRun& stored) override;
    void between_epochs(RunId run, const TrainingState& state, const TrainingTime& time,
                        Moment moment) override;
    bool flush() override { return items_.flush(); }

private:
    RingingSender<LabItem> items_;
    std::map<RunId, MeasurePlan> plans_;
};

} // namespace grokscope
