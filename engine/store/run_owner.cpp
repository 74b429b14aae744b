#include "engine/store/run_owner.h"

#include "engine/store/owner_lock.h"
#include "engine/store/process_owner.h"

#include <chrono>
#include <optional>

namespace grokscope {

namespace {

LockState lock_of(const std::string& owner, const std::string& lock_file) {
    const std::optional<std::int64_t> byte = lock_byte_of(owner);
    return byte && !lock_file.empty() ? lock_state(lock_file, *byte) : LockState::kUnknown;
}

} // namespace

bool has_living_owner(const RunSummary& run) {
    return !run.owner.empty() && may_be_alive(run.owner, run.heartbeat, seconds_since_1970(),
                                              lock_of(run.owner, run.lock_file), present_system());
}

bool is_held(const RunSummary& run) {
    const bool at_its_end = run.state == RunState::kFinished || run.state == RunState::kFailed;
    return (!at_its_end || marks_of(run.owner).taken) && has_living_owner(run);
}

std::string held_in_words(const RunSummary& run) {
    return owner_in_words(run.owner) + " trains it at the moment; end that one first";
}

std::string other_trainer_of(const RunSummary& run) {
    return is_held(run) && !is_this_process(run.owner) ? owner_in_words(run.owner) : std::string();
}

std::string why_not_taken(Notebook& notebook, StoredRunId run, const std::string& owner,
                          std::int32_t epoch) {
    const RunSummary summary = notebook.run(run);
    if (is_same_owner(summary.owner, owner)) {
        return {};
    }
    if (is_held(summary)) {
        return held_in_words(summary);
    }
    const std::int32_t present = notebook.checkpoint_epoch(run).value_or(0);
    return present == epoch ? std::string()
                            : "it was read at epoch " + std::to_string(epoch) +
                                  ", and another process has trained it since, to epoch " +
                                  std::to_string(present) + "; read it again";
}

void take_run(Notebook& notebook, StoredRunId run, const std::string& owner, std::int32_t epoch) {
    notebook.all_or_nothing([&] {
        if (const std::string why = why_not_taken(notebook, run, owner, epoch); !why.empty()) {
            throw cannot_go_on(run, why);
        }
        const LockState lock = lock_of(owner, lock_file_of(notebook.file()));
        const OwnerMarks marks{.locked = lock == LockState::kHeld, .taken = true};
        notebook.set_owner(run, entered(owner, marks), seconds_since_1970());
    });
}

NotebookError cannot_go_on(StoredRunId run, const std::string& why) {
    return {NotebookProblem::kUnusable,
            "run " + std::to_string(static_cast<std::int64_t>(run)) + " cannot go on: " + why};
}

std::int64_t seconds_since_1970() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

} // namespace grokscope
