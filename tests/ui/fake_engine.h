// A trainer without training: obeys the same commands and fills the same channels with made-up
// grokking, so that the window is built, tested and looked at without libtorch.
// Threads: as Trainer: its own thread produces, the constructing thread consumes.
#pragma once

#include "engine/protocol/channels.h"

#include <functional>
#include <memory>
#include <vector>

namespace grokscope::fake {

/// Grok epoch that the made-up runs of this stencil have; 5,130 for the baseline.
[[nodiscard]] int grok_epoch(const RunConfig& config);
/// How far the made-up circuit has formed at an epoch, 0..1.
[[nodiscard]] double order_at(const RunConfig& config, int epoch);
/// The frequencies it forms at, strongest first.
[[nodiscard]] std::vector<int> key_frequencies(const RunConfig& config);
/// Figures of an evaluated epoch: memorised at about 150, the jump at grok_epoch(). Deterministic.
[[nodiscard]] MetricSample sample_at(RunId run, const RunConfig& config, int epoch);
/// Embedding that goes from noise to rings at five frequencies, with its spectrum.
[[nodiscard]] Snapshot snapshot_at(RunId run, const RunConfig& config, int epoch);
/// Progress measures with key frequencies from half of grok_epoch() on: restricted loss falls and
/// excluded loss rises before the jump.
[[nodiscard]] ProgressRow progress_at(RunId run, const RunConfig& config, int epoch);

struct EngineOptions {
    /// Epochs per second of all runs together; the speed command lowers it.
    double epochs_per_second = 600;
    /// The first run fails here, with a loss that is not a number; negative: never.
    int fail_at_epoch = -1;
    /// Epochs that a run has behind it which ResumeRun asks for; its record is not looked at.
    int recorded_epochs = 0;
    /// Seconds that an answer about recorded weights takes at least.
    double inspect_seconds = 0;
    /// The same of a reading of the laboratory; negative: there is no laboratory.
    double reading_seconds = 0;
    /// Threads that it says it has. With one, nothing is offered when a busy machine starves it.
    int workers = 1;
    /// As TrainerOptions::wake_front_end.
    std::function<void()> wake_front_end;
};

class Engine {
public:
    /// Starts the thread, idle. `channels` outlives this.
    Engine(Channels& channels, EngineOptions options);
    ~Engine();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope::fake
