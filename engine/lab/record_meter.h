// Measures recorded weights of one run: what is due and not read yet. The laboratory's thread and
// `grokscope measure` do the same work with it, and so read the same.
// Threads: one at a time, the one that may run the pool.
#pragma once

#include "engine/lab/instrument.h"
#include "engine/protocol/event.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/measure_plan.h"
#include "engine/store/notebook.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {

class RecordMeter {
public:
    /// One reading that is to be made.
    struct Due {
        std::int32_t epoch = 0;
        const InstrumentSpec* instrument = nullptr;
    };
    /// What a plan makes due of a record.
    struct Agenda {
        /// Not read yet and to be had, by epoch.
        std::vector<Due> due;
        /// Epochs at which the plan wants an instrument, by its name, whose weights are rounded
        /// while it needs exact ones.
        std::map<std::string, std::int64_t, std::less<>> refused;
        /// Of the newest recorded weights; -1 without any.
        std::int32_t newest_weights = -1;
    };

    /// For the run of this configuration; the pool outlives this.
    RecordMeter(const RunConfig& config, WorkerPool& pool);

    /// Instruments that this version does not have are passed over. Throws NotebookError.
    [[nodiscard]] Agenda agenda(Notebook& notebook, StoredRunId run, const MeasurePlan& plan) const;

    /// Reads recorded weights. Nothing when they are damaged, which is then not due again. `run`
    /// and `life` of the reading are the caller's. Throws NotebookError.
    [[nodiscard]] std::optional<Reading> measure(Notebook& notebook, StoredRunId run,
                                                 const Due& due);

    /// Keeps a reading, and the alarms that the run's readings raise with it: which they are, for
    /// an instrument that can raise one. One transaction. Throws NotebookError.
    static std::optional<std::vector<StoredMark>> keep(Notebook& notebook, StoredRunId run,
                                                       const Reading& reading);

private:
    Instrument& instrument(const std::string& id);

    RunConfig config_;
    Task task_;
    WorkerPool& pool_;
    std::map<std::string, std::unique_ptr<Instrument>> instruments_;
    std::set<std::pair<std::int32_t, const InstrumentSpec*>> unusable_;
    /// The weights that were read last.
    std::int32_t weights_epoch_ = -1;
    StoredRunId weights_run_{};
    std::optional<Parameters> weights_;
};

} // namespace grokscope
