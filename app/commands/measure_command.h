// What `grokscope measure` does, and what `train` does with what the laboratory did not come to.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"
#include "engine/store/notebook.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace grokscope {

class WorkerPool;

/// What came of measuring one record.
struct MeasuredRecord {
    std::int64_t made = 0;
    std::int64_t left = 0; ///< not made, since it was told to stop
    /// By instrument: epochs whose weights are rounded while it needs exact ones.
    std::map<std::string, std::int64_t, std::less<>> refused;
    bool stopped = false;
};

/// Makes all readings of a run that a plan makes due and keeps each at once. `told` is called
/// before each with how many are made, and how many are to be made in all. `notebook` is open for
/// writing. Throws NotebookError.
MeasuredRecord measure_record(Notebook& notebook, StoredRunId run, const MeasurePlan& plan,
                              WorkerPool& pool, const StopSignal& stop,
                              const std::function<void(std::int64_t, std::int64_t)>& told);

/// Prints to standard output and returns an exit code. Throws NotebookError, and Stopped.
[[nodiscard]] int run_measure(const MeasureOptions& options, const StopSignal& stop);

} // namespace grokscope
