// Where recorded weights are read back from when memory does not hold them.
// Threads: one at a time, the inspector's.
#pragma once

#include "engine/model/parameters.h"
#include "engine/protocol/branch.h"
#include "engine/protocol/config.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Every function may throw; the text is one sentence.
class WeightArchive {
public:
    virtual ~WeightArchive() = default;

    /// The number under which this process records a run of this configuration that began with the
    /// weights of its seed, or at `branch`; nothing when it does not. Such runs of one process have
    /// equal bits; the newest is given, the others were reset.
    [[nodiscard]] virtual std::optional<std::int64_t>
    find(const RunConfig& config, const std::optional<BranchPoint>& branch) = 0;
    /// Which record the numbers are of: another value once another one has come into use, as when a
    /// notebook is deleted under the program. There, a number may be another run's.
    [[nodiscard]] virtual std::uint64_t place() = 0;
    /// Epochs of the recorded weights of run `number`, increasing.
    [[nodiscard]] virtual std::vector<std::int32_t> epochs(std::int64_t number) = 0;
    /// The weights recorded at exactly this epoch.
    [[nodiscard]] virtual Parameters weights(std::int64_t number, std::int32_t epoch) = 0;
    /// Whether every bit of them was kept; else they are rounded.
    [[nodiscard]] virtual bool is_exact(std::int64_t number, std::int32_t epoch) = 0;
    /// Measures run `number` with its final key frequencies (recompute_final_measures), once its
    /// record is complete. False when it is not yet: to be called again later.
    [[nodiscard]] virtual bool measure_finished(std::int64_t number, WorkerPool& pool,
                                                const std::function<bool()>& go_on) = 0;
};

} // namespace grokscope
