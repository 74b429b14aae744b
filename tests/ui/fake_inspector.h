// Answers to questions about weights that do not exist: made-up logits that go from noise over a
// memorised table to a clock, taken apart by the definitions of science.md.
// Threads: Inspector has its own, which answers; any thread tells it of runs.
#pragma once

#include "engine/protocol/channels.h"

#include <functional>
#include <memory>

namespace grokscope::fake {

/// The answer to `query` about a run of this configuration; deterministic. Weights are recorded
/// every 100 epochs. Heads, MLP and skip connections cost it a fixed share of its order.
[[nodiscard]] InspectReply inspect(const RunConfig& config, const InspectQuery& query);

/// The answer about one subject: a valley that narrows as the run learns, a path that turns where
/// it groks, phases that come together. Weights are recorded every 100 epochs, every 500 exactly.
[[nodiscard]] StudyAnswer study(StudyKind kind, const StudySubject& subject,
                                const RunConfig& config);

struct InspectorOptions {
    /// Seconds that each answer takes at least.
    double seconds = 0;
    /// As TrainerOptions::wake_front_end.
    std::function<void()> wake_front_end;
};

class Inspector {
public:
    /// Starts the thread, idle. `channels` outlives this.
    Inspector(InspectChannels& channels, InspectorOptions options);
    ~Inspector();

    /// What questions about `run` are answered from now on.
    void know(RunId run, const RunConfig& config, std::uint32_t life);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope::fake
