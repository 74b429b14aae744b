// The thread that measures recorded weights while runs train. It follows the notebook: what it
// reads live is what `grokscope measure` reads of the same record later. It never holds training
// back; it may lag, and what it does not come to is still in the notebook. Threads: made and
// destroyed by the front end's thread; recorder() is for the trainer; the rest runs on its own.
#pragma once

#include "engine/protocol/laboratory.h"
#include "engine/store/store_item.h"

#include <functional>
#include <memory>
#include <string>

namespace grokscope {

class Recorder;

struct LaboratoryOptions {
    /// Worker threads inside a reading, the laboratory's own included. Figures do not depend on it.
    int threads = 1;
    /// The notebook in use, asked on the laboratory's thread.
    std::function<NotebookInUse()> in_use;
    /// Names this process in the notebook.
    std::string owner;
    /// Called on the laboratory's thread after something was published. Must not block. May be
    /// empty.
    std::function<void()> wake_front_end;
};

/// Works below the priority of training, holds no lock that a trainer could meet.
class Laboratory {
public:
    /// Starts the thread. `channels` outlives this.
    Laboratory(LaboratoryChannels& channels, LaboratoryOptions options);
    /// Ends the thread after the reading it is at, and joins it. The trainer that holds the
    /// recorder must be gone.
    ~Laboratory();
    Laboratory(const Laboratory&) = delete;
    Laboratory& operator=(const Laboratory&) = delete;

    /// For TrainerOptions.
    [[nodiscard]] Recorder& recorder();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
