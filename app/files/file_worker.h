// Saves and opens files for the window, on a thread of its own, so that the window never waits.
// Threads: made and destroyed by the window's thread; all else on its own.
#pragma once

#include "engine/protocol/file_jobs.h"

#include <functional>
#include <memory>
#include <string>

namespace grokscope {

struct FileWorkerOptions {
    /// Of this program and machine: for runs that are in no notebook.
    HostFacts facts;
    /// The notebook that comes with the program (app/built_in_race.h); empty: none.
    std::string race;
    /// Called on the worker's thread after an answer was sent. Must not block. May be empty.
    std::function<void()> wake_front_end;
};

/// Answers every request but FilmFrame with exactly one reply that ends its job, frames with
/// progress.
class FileWorker {
public:
    /// Starts the thread, idle. `channels` outlive this.
    FileWorker(FileChannels& channels, FileWorkerOptions options);
    /// Ends after the file that is being written; a film that is not finished is left out.
    ~FileWorker();
    FileWorker(const FileWorker&) = delete;
    FileWorker& operator=(const FileWorker&) = delete;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
