// The thread that writes the notebook, so that nobody else waits for the disk.
// Threads: made, finished and destroyed by the front end's thread; the rest runs on its own.
#pragma once

#include "engine/store/notebook.h"
#include "engine/store/store_item.h"

#include <functional>
#include <memory>
#include <string>

namespace grokscope {

struct WriterOptions {
    /// The notebook's file; ":memory:" keeps nothing.
    std::string file;
    /// Of this program and machine; the step is left empty.
    Provenance provenance;
    /// Who trains the runs, from new_owner().
    std::string owner;
    /// Called on the writer's thread when the status changed. Must not block. May be empty.
    std::function<void()> wake_front_end;
};

/// Writes what comes through the rings: figures within half a second, checkpoints and changes of
/// state at once, each transaction well under a second. While the notebook cannot be written,
/// everything stays in memory and is tried again every second; StoreStatus says why.
class NotebookWriter {
public:
    /// Starts the thread. `rings` outlive this.
    NotebookWriter(StoreRings& rings, WriterOptions options);
    /// finish(), when it was not called.
    ~NotebookWriter();
    NotebookWriter(const NotebookWriter&) = delete;
    NotebookWriter& operator=(const NotebookWriter&) = delete;

    /// Blocks until the notebook was opened for the first time, or could not be: StoreStatus says
    /// which. Any thread.
    void wait_until_opened() const;

    /// Ends the thread, then writes the rest. `flush` moves on what the trainer still holds back
    /// and says whether nothing is left; the trainer's thread is gone. Returns the problem for
    /// which something could not be saved, one sentence; empty when all is in the notebook.
    std::string finish(const std::function<bool()>& flush = {});

    /// After finish() has returned a problem: writes everything into `file`, a new notebook, with
    /// what is readable of the present one. The problem, or an empty text.
    std::string rescue(const std::string& file);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
