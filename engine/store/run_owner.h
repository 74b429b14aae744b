// Who may train a recorded run, and how it becomes his: two at once would spoil its record.
#pragma once

#include "engine/store/notebook.h"

#include <cstdint>
#include <string>

namespace grokscope {

/// Whether a process that lives trains the run, or has trained it and may do so again.
[[nodiscard]] bool has_living_owner(const RunSummary& run);

/// Whether such a process may go on with it: two would spoil its record. False of a run that has
/// ended, though its window is still open.
[[nodiscard]] bool is_held(const RunSummary& run);

/// What is_held() says, as the end of a sentence.
[[nodiscard]] std::string held_in_words(const RunSummary& run);

/// The process that is_held() found, in words, unless it is this one; else an empty text.
[[nodiscard]] std::string other_trainer_of(const RunSummary& run);

/// Why `owner` may not train the run on from its state of `epoch`, as the end of a sentence; empty
/// when it may: nobody else holds it, and the notebook has that state still, or `owner` has it
/// already.
[[nodiscard]] std::string why_not_taken(Notebook& notebook, StoredRunId run,
                                        const std::string& owner, std::int32_t epoch);

/// Makes the run `owner`'s, unless why_not_taken() says something: of several processes at once one
/// succeeds. Its lock is to be held by then (owner_lock.h). Throws NotebookError.
void take_run(Notebook& notebook, StoredRunId run, const std::string& owner, std::int32_t epoch);

/// The refusal of a run, for `why`.
[[nodiscard]] NotebookError cannot_go_on(StoredRunId run, const std::string& why);

/// Now, as heartbeats count.
[[nodiscard]] std::int64_t seconds_since_1970();

} // namespace grokscope
