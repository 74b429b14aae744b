// The notebook as a program uses it: a recorder for the trainer, a writer behind it, a status.
// Threads: made, finished and destroyed by the front end's thread. The trainer that holds the
// recorder must be gone before finish().
#pragma once

#include "engine/store/notebook_recorder.h"
#include "engine/store/notebook_writer.h"
#include "engine/store/store_item.h"

#include <string>
#include <utility>

namespace grokscope {

class NotebookStore {
public:
    /// Opens the notebook on a thread of its own; whatever goes wrong is in status().
    explicit NotebookStore(WriterOptions options) : writer_(rings_, std::move(options)) {}

    /// For TrainerOptions.
    [[nodiscard]] Recorder& recorder() { return recorder_; }

    /// The newest status. Front end's thread.
    [[nodiscard]] const StoreStatus& status() {
        (void)rings_.status.refresh();
        return rings_.status.value();
    }

    /// The notebook in use; it changes when the record has to go on elsewhere. One thread, of the
    /// caller's choice.
    [[nodiscard]] const NotebookInUse& in_use() {
        (void)rings_.in_use.refresh();
        return rings_.in_use.value();
    }

    /// The same for another thread, the laboratory's.
    [[nodiscard]] const NotebookInUse& in_use_of_laboratory() {
        (void)rings_.in_use_of_laboratory.refresh();
        return rings_.in_use_of_laboratory.value();
    }

    /// Blocks until the notebook was opened for the first time, or could not be; then the problem,
    /// or an empty text. Front end's thread.
    [[nodiscard]] std::string wait_until_opened() {
        writer_.wait_until_opened();
        return status().problem;
    }

    /// False when sixteen requests wait already. Front end's thread.
    bool ask(StoreRequest request) {
        const bool taken = rings_.requests.try_push(request);
        rings_.doorbell.ring();
        return taken;
    }

    /// Writes the rest. Blocks until it is written or cannot be; the problem, or an empty text.
    std::string finish() {
        return writer_.finish([this] { return recorder_.flush(); });
    }

    /// After finish() has returned a problem: everything into `file`, which must not exist. The
    /// problem, or an empty text.
    std::string rescue(const std::string& file) { return writer_.rescue(file); }

    /// Longest time for which a copy held up training, in seconds.
    [[nodiscard]] double longest_copy_seconds() const { return recorder_.longest_copy_seconds(); }

private:
    StoreRings rings_;
    NotebookRecorder recorder_{rings_};
    NotebookWriter writer_; // last: its thread uses the rings
};

} // namespace grokscope
