// Where the trainer leaves copies of all that must outlive it.
// Threads: called by the trainer's thread only.
#pragma once

#include "engine/model/training_state.h"
#include "engine/protocol/event.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"
#include "engine/train/stored_run.h"
#include "engine/train/training_time.h"

#include <cstdint>

namespace grokscope {

/// Keeps what happens to runs. No function throws, waits, or takes longer than a copy in memory.
class Recorder {
public:
    /// Why a state is offered.
    enum class Moment : std::uint8_t {
        kMade,    ///< the run was made, or made anew; nothing is trained yet
        kTrained, ///< an epoch was trained and its figures were recorded
        kResting  ///< no epoch follows for the time being
    };

    virtual ~Recorder() = default;

    /// What the front end is told, too: runs, states, resets and marks. Acknowledgements are not
    /// recorded.
    virtual void record(const Event& event) = 0;
    virtual void record(const MetricSample& sample) = 0;
    virtual void record(const Snapshot& snapshot) = 0;
    virtual void record(const ProgressRow& row) = 0;

    /// `run` goes on with a recorded one. Comes before its RunAdded; what the record already holds
    /// is not recorded again, except marks.
    virtual void resumed(RunId run, const StoredRun& stored) = 0;

    /// The state between two epochs. Takes a copy when it is time for one.
    virtual void between_epochs(RunId run, const TrainingState& state, const TrainingTime& time,
                                Moment moment) = 0;

    /// Moves on what had to wait. True when nothing waits any more.
    virtual bool flush() = 0;

    /// True while so much waits that nothing should be trained until some of it is kept.
    virtual bool behind() { return false; }
};

} // namespace grokscope
