// The trainer's end of the inspector: copies weights at their cadence and hands them over.
// Threads: the trainer's only; the ring's other end is the inspector's.
#pragma once

#include "engine/protocol/ringing_sender.h"
#include "engine/train/recorder.h"
#include "engine/train/weight_cadence.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <variant>

namespace grokscope {

namespace inspect_item {

/// There is a run; `branch` when its first weights are another's.
struct Made {
    RunId run{};
    RunConfig config;
    std::optional<BranchPoint> branch = std::nullopt;
};
/// The run goes on with the one stored under this number, from `epoch`. Comes before Made.
struct Resumed {
    RunId run{};
    std::int64_t number = 0;
    std::int32_t epoch = 0;
};
/// All weights so far are void.
struct Reset {
    RunId run{};
    std::uint32_t life = 0;
};
struct Removed {
    RunId run{};
};
/// The run has trained to its end.
struct Finished {
    RunId run{};
};
struct Weights {
    RunId run{};
    std::int32_t epoch = 0;
    std::shared_ptr<const Parameters> parameters;
};

} // namespace inspect_item

using InspectItem =
    std::variant<inspect_item::Made, inspect_item::Resumed, inspect_item::Reset,
                 inspect_item::Removed, inspect_item::Finished, inspect_item::Weights>;

class InspectRecorder final : public Recorder {
public:
    /// Both outlive this. `ring` is lossless: what finds it full waits here.
    InspectRecorder(SpscRing<InspectItem>& ring, Doorbell& doorbell) : items_(ring, doorbell) {}

    void record(const Event& event) override;
    void record(const MetricSample&) override {}
    void record(const Snapshot&) override {}
    void record(const ProgressRow&) override {}
    void resumed(RunId run, const StoredRun& stored) override;
    void between_epochs(RunId run, const TrainingState& state, const TrainingTime& time,
                        Moment moment) override;
    bool flush() override { return items_.flush(); }

private:
    RingingSender<InspectItem> items_;
    WeightCadence cadence_{WeightCadence::Rule::kMemory};
    std::set<RunId> running_; ///< runs that train
};

} // namespace grokscope
