// A run that trains without a window, as its front end sees it: what it asks and what comes back.
// Threads: the front end's.
#pragma once

#include "engine/protocol/channels.h"
#include "engine/protocol/command.h"
#include "engine/protocol/config.h"
#include "engine/protocol/run_record.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace grokscope {

class Progress;

/// The number of the one run there is.
inline constexpr RunId kOnlyRun{1};
/// A signal is noticed within this time; a handler may not ring the bell itself.
inline constexpr std::chrono::milliseconds kSignalInterval{100};

/// The front end's side of the channels: keeps the record, tells the progress.
class HeadlessRun {
public:
    /// Figures of epochs before `first_epoch` were told when they were trained.
    HeadlessRun(Channels& channels, Progress& progress, const RunConfig& config,
                std::int32_t first_epoch)
        : channels_(channels), progress_(progress), first_epoch_(first_epoch) {
        record_.config = config;
    }

    void ask(CommandBody body);
    /// Takes in all that has come.
    void drain();

    /// No further epoch will come: finished, failed, paused, or never accepted.
    [[nodiscard]] bool has_ended() const { return refused_ || ended_; }
    [[nodiscard]] RunRecord& record() { return record_; }
    /// A fork that computes its original again: nothing of it is recorded yet.
    [[nodiscard]] bool retraces() const { return retraces_; }
    /// When a fork had computed its original again; nothing of other runs.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> retraced_at() const {
        return retraced_at_;
    }
    /// The trainer refused the run; the text says why.
    [[nodiscard]] bool was_refused() const { return refused_; }

private:
    void take(const Acknowledgement& answer);
    void take(const event::RunAdded& added);
    void take(const event::StateChanged& change);
    void take(const event::Mark& mark);
    void take(const event::WorkplaceChanged& changed);
    void take(RunAlarms alarms);
    void take(const event::Retraced& retraced);
    void take(const event::MeasuresSet&) {} // nobody here asks for one
    void take(const event::RunReset&) {}    // nobody here asks for one
    void take(const event::WorkersSet&) {}  // nor for this

    Channels& channels_;
    Progress& progress_;
    const std::int32_t first_epoch_;
    RunRecord record_;
    std::uint64_t last_command_ = 0;
    bool refused_ = false;
    bool ended_ = false;
    bool retraces_ = false;
    std::optional<std::chrono::steady_clock::time_point> retraced_at_;
};

} // namespace grokscope
