// The thread that answers questions about recorded weights, so that neither the window nor the
// trainer waits for the answer. Threads: made and destroyed by the front end's thread; recorder()
// is for the trainer; the rest runs on its own.
#pragma once

#include "engine/inspect/weight_archive.h"
#include "engine/inspect/weight_memory.h"
#include "engine/protocol/inspect.h"

#include <cstddef>
#include <functional>
#include <memory>

namespace grokscope {

class Recorder;

struct InspectorOptions {
    /// Worker threads inside an answer, the inspector's own included.
    int threads = 1;
    /// Bytes of recorded weights held in memory, of all runs.
    std::size_t memory_budget = WeightMemory::kBudget;
    /// Called on the inspector's thread after an answer was published. Must not block. May be
    /// empty.
    std::function<void()> wake_front_end;
    /// Weights that are not in memory. May be null: the nearest earlier ones in memory answer then.
    std::unique_ptr<WeightArchive> archive;
};

/// Keeps the weights that the trainer records and answers the newest question about them. Works
/// below normal priority, holds no lock that a trainer could meet, and touches no run.
class Inspector {
public:
    /// Starts the thread. `channels` outlives this.
    Inspector(InspectChannels& channels, InspectorOptions options);
    /// Ends the thread after the answer it is at, and joins it. The trainer that holds the recorder
    /// must be gone.
    ~Inspector();
    Inspector(const Inspector&) = delete;
    Inspector& operator=(const Inspector&) = delete;

    /// For TrainerOptions: where weights come from.
    [[nodiscard]] Recorder& recorder();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
