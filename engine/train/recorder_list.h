// Several recorders as one.
// Threads: as Recorder.
#pragma once

#include "engine/train/recorder.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace grokscope {

/// Tells everything to each of its recorders, in order.
class RecorderList final : public Recorder {
public:
    /// None is null; all outlive this.
    explicit RecorderList(std::vector<Recorder*> recorders) : recorders_(std::move(recorders)) {}

    void record(const Event& event) override { tell(event); }
    void record(const MetricSample& sample) override { tell(sample); }
    void record(const Snapshot& snapshot) override { tell(snapshot); }
    void record(const ProgressRow& row) override { tell(row); }

    void resumed(RunId run, const StoredRun& stored) override {
        for (Recorder* recorder : recorders_) {
            recorder->resumed(run, stored);
        }
    }

    void between_epochs(RunId run, const TrainingState& state, const TrainingTime& time,
                        Moment moment) override {
        for (Recorder* recorder : recorders_) {
            recorder->between_epochs(run, state, time, moment);
        }
    }

    bool flush() override {
        bool empty = true;
        for (Recorder* recorder : recorders_) {
            empty = recorder->flush() && empty;
        }
        return empty;
    }

    bool behind() override {
        return std::ranges::any_of(recorders_, [](Recorder* one) { return one->behind(); });
    }

private:
    template <typename Record>
    void tell(const Record& record) {
        for (Recorder* recorder : recorders_) {
            recorder->record(record);
        }
    }

    std::vector<Recorder*> recorders_;
};

} // namespace grokscope
