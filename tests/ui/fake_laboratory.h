// A laboratory without weights: made-up readings by the plans of made-up runs, alarms, and how far
// it has come.
// Threads: Laboratory has its own, which reads; any thread tells it of runs.
#pragma once

#include "engine/protocol/channels.h"

#include <functional>
#include <memory>

namespace grokscope::fake {

/// What that instrument reads at an epoch: scores of heads that become those of a few as the
/// made-up circuit forms, windows of layers that are not missed once it has, shares of frequencies;
/// of every other figure a curve that rises from its own level, by an amount of its own.
/// Deterministic.
[[nodiscard]] Reading reading_at(RunId run, const RunConfig& config,
                                 const InstrumentSpec& instrument, int epoch);
/// The epoch at which its rule raises the alarm of that kind: when half of the circuit has formed.
[[nodiscard]] int alarm_epoch(const RunConfig& config);

struct LaboratoryOptions {
    /// Seconds that each reading takes at least.
    double seconds = 0;
    /// Epochs between recorded weights.
    int weights_every = 100;
    /// As TrainerOptions::wake_front_end.
    std::function<void()> wake_front_end;
};

class Laboratory {
public:
    /// Starts the thread, idle. `channels` outlives this.
    Laboratory(LaboratoryChannels& channels, LaboratoryOptions options);
    ~Laboratory();

    /// The run is as configured and has trained `epochs` epochs; a new life voids what was read.
    void know(RunId run, const RunConfig& config, std::uint32_t life, int epochs);
    void forget(RunId run);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope::fake
