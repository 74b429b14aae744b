// Recorded weights of all runs, under one budget of bytes.
// Threads: one at a time, the inspector's.
#pragma once

#include "engine/model/parameters.h"
#include "engine/protocol/inspect.h"
#include "engine/protocol/metrics.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace grokscope {

/// One recorded set of weights: the input of `epoch`.
struct RecordedWeights {
    std::int32_t epoch = 0;
    /// Null when they are known to be recorded but were thinned out of memory.
    std::shared_ptr<const Parameters> parameters;
    /// They are those that trained; else they were read back from a rounded record.
    bool exact = true;
};

class WeightMemory {
public:
    /// Default budget of all runs, in bytes: 284 records at the default size.
    static constexpr std::size_t kBudget = std::size_t{256} << 20;

    explicit WeightMemory(std::size_t budget = kBudget) : budget_(budget) {}

    /// Keeps weights; a record of the same epoch is replaced. Beyond the budget the run that holds
    /// most loses every second of its records, never the first, the newest, nor the one just added.
    void add(RunId run, std::int32_t epoch, std::shared_ptr<const Parameters> parameters,
             bool exact = true);
    /// Remembers that the notebook holds weights of this epoch.
    void note(RunId run, std::int32_t epoch);
    /// Forgets all records of a run.
    void forget(RunId run);

    /// The newest record of `epoch` or before; nothing when there is none.
    [[nodiscard]] std::optional<RecordedWeights> at(RunId run, std::int32_t epoch) const;
    /// The newest one of them that is in memory.
    [[nodiscard]] std::optional<RecordedWeights> in_memory_at(RunId run, std::int32_t epoch) const;

    /// Epochs of all records up to `epoch`, in memory or not, increasing.
    [[nodiscard]] std::vector<std::int32_t> epochs(RunId run, std::int32_t epoch) const;

    [[nodiscard]] WeightMemoryFacts facts() const;

private:
    struct Record {
        std::shared_ptr<const Parameters> parameters;
        std::size_t bytes = 0;
        bool exact = true;
    };
    using Records = std::map<std::int32_t, Record>; // by epoch

    void thin(Records& records, std::int32_t spared);

    std::size_t budget_;
    std::size_t bytes_ = 0;
    std::map<RunId, Records> runs_;
};

} // namespace grokscope
