// What a front end may ask of the trainer. Plain data: recordable, replayable, testable.
#pragma once

#include "engine/protocol/branch.h"
#include "engine/protocol/config.h"
#include "engine/protocol/metrics.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace grokscope {

struct StoredRun; // the engine's: a front end passes it on unread

namespace command {

/// Makes a run. `run` must be new to the trainer. It starts at once if `start`, else it is idle.
struct AddRun {
    RunId run{};
    RunConfig config;
    bool start = true;
    /// The built-in configuration that this one began as; empty when it began as none.
    std::string preset = {};
};
/// Makes a run that goes on with a recorded one, under the new number `run`, and sends its figures
/// so far. Otherwise as AddRun. `stored` must not be null.
struct ResumeRun {
    RunId run{};
    std::shared_ptr<const StoredRun> stored;
    bool start = true;
};
/// Makes a run that begins with another run's recorded weights, or goes on with its whole state at
/// some epoch (BranchStart). Otherwise as AddRun. `from` must not be null.
struct BranchRun {
    RunId run{};
    std::shared_ptr<const BranchStart> from;
    bool start = true;
    /// The other run, where the trainer has it: what lies before the nearest of its states that are
    /// still in memory is not computed again.
    std::optional<RunId> original = std::nullopt;
};
/// Lets a run train, from where it is.
struct Start {
    RunId run{};
};
struct Pause {
    RunId run{};
};
/// Trains exactly `epochs` epochs more, then pauses. epochs >= 1.
struct StepEpochs {
    RunId run{};
    std::int32_t epochs = 1;
};
/// Back to epoch 0 with the same configuration, idle; its record starts anew.
struct Reset {
    RunId run{};
};
/// Ends the run and frees everything it holds.
struct Remove {
    RunId run{};
};
/// Start and Pause for every run that can: the space bar.
struct StartAll {};
struct PauseAll {};
/// Limit on the epochs per second of each run; 0 is unlimited.
struct SetSpeed {
    double epochs_per_second = 0;
};
/// Threads that train, from now on: 1 up to those the trainer was made with; 0 is all of them.
/// Results do not depend on it. Answered with event::WorkersSet, too.
struct SetWorkers {
    int count = 0;
};

/// Which instruments measure the run from now on; what they have read stays.
struct SetMeasures {
    RunId run{};
    MeasurePlan plan;
};

} // namespace command

using CommandBody =
    std::variant<command::AddRun, command::ResumeRun, command::BranchRun, command::Start,
                 command::Pause, command::StepEpochs, command::Reset, command::Remove,
                 command::StartAll, command::PauseAll, command::SetSpeed, command::SetWorkers,
                 command::SetMeasures>;

/// A request and the number under which its acknowledgement comes back; numbers only grow.
struct Command {
    std::uint64_t number = 0;
    CommandBody body;
};

} // namespace grokscope
