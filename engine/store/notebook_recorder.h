// The trainer's end of the notebook: copies what must be kept and hands it to the writer.
// Threads: the trainer's only, except the counters.
#pragma once

#include "engine/protocol/ringing_sender.h"
#include "engine/store/store_item.h"
#include "engine/train/recorder.h"
#include "engine/train/weight_cadence.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace grokscope {

class NotebookRecorder final : public Recorder {
public:
    /// Weights that wait in memory before training waits for the disk.
    static constexpr std::size_t kMostWeightBytes = std::size_t{128} << 20U;

    /// `rings` outlive this.
    explicit NotebookRecorder(StoreRings& rings, std::size_t most_weight_bytes = kMostWeightBytes)
        : rings_(rings), most_weight_bytes_(most_weight_bytes),
          items_(rings.items, rings.doorbell) {}

    void record(const Event& event) override;
    void record(const MetricSample& sample) override;
    void record(const Snapshot& snapshot) override;
    void record(const ProgressRow& row) override;
    void resumed(RunId run, const StoredRun& stored) override;
    void between_epochs(RunId run, const TrainingState& state, const TrainingTime& time,
                        Moment moment) override;
    bool flush() override { return items_.flush(); }
    bool behind() override;

    /// Longest time that one call of between_epochs took, in seconds. Any thread.
    [[nodiscard]] double longest_copy_seconds() const {
        return longest_copy_.load(std::memory_order_relaxed); // a statistic, publishes nothing
    }

private:
    using Clock = std::chrono::steady_clock;

    /// When a run's state was last copied.
    struct Pace {
        double wall_seconds = 0;
        Clock::time_point time{};
        std::size_t bytes = 0; ///< of the state that was sent then
        bool running = false;
        /// Shared by the copies of this run's state that are not yet written or outdated.
        std::shared_ptr<const void> under_way = std::make_shared<char>();
    };

    [[nodiscard]] bool checkpoint_is_due(const Pace& pace, double wall_seconds,
                                         Clock::time_point now) const;
    /// Hands over a copy of the state; without `must`, only while few of the run's are under way.
    /// True when it did.
    bool send_checkpoint(RunId run, const Pace& pace, const TrainingState& state,
                         const TrainingTime& time, bool must);

    StoreRings& rings_;
    const std::size_t most_weight_bytes_;
    RingingSender<StoreItem> items_;
    std::map<RunId, Pace> paces_;
    WeightCadence cadence_{WeightCadence::Rule::kOfRun};
    int running_ = 0; ///< runs that train
    /// Shared by all weights that are not yet written, and the bytes of one of them.
    std::shared_ptr<const void> weights_waiting_ = std::make_shared<char>();
    std::size_t weight_bytes_ = 0;
    /// Since when so many wait, more than is allowed.
    struct Jam {
        long waiting = 0;
        Clock::time_point since{};
    };
    std::optional<Jam> jam_;
    std::atomic<double> longest_copy_{0};
};

} // namespace grokscope
