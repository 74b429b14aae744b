// The trainer's thread: owns every run, gives each active one an epoch in turn, obeys commands.
// Threads: constructed and destroyed by the front end's thread; all else happens on its own thread.
#pragma once

#include "engine/protocol/channels.h"
#include "engine/protocol/workplace.h"

#include <functional>
#include <memory>

namespace grokscope {

struct EngineParts;
class Recorder;

struct TrainerOptions {
    /// Worker threads inside an epoch, the trainer's own included; command::SetWorkers may send
    /// some of them to sleep.
    int threads = 1;
    /// Called on the trainer's thread after something was published, at most once per 16 ms and
    /// once more when the last of it is out. Must not block. May be empty.
    std::function<void()> wake_front_end;
    /// Gets a copy of all that must outlive the trainer, and outlives it itself. May be null.
    Recorder* recorder = nullptr;
    /// Who trains, without a step; compared with where recorded runs were left.
    Workplace here = {};
    /// Keeps some states of each run in memory, at most 48 MB, so that forks of it need not compute
    /// all of it again.
    bool keeps_states = false;
};

/// Hosts all runs. Results of a run do not depend on how many runs there are.
class Trainer {
public:
    /// Starts the thread, idle. `channels` outlives this.
    Trainer(Channels& channels, EngineParts parts, TrainerOptions options);
    /// Asks the thread to stop, which it does within one epoch, and joins it. What is not yet
    /// published is dropped: nobody is left to read it. The recorder gets the last states.
    ~Trainer();
    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
