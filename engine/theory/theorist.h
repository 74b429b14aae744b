// The thread that iterates the singular feature machine for the window.
// Threads: made and destroyed by the front end's thread; the rest runs on its own.
#pragma once

#include "engine/protocol/theory.h"

#include <functional>
#include <memory>
#include <stop_token>

namespace grokscope {

/// Iterates as the settings say, after the laws. `told` is called after each iteration with the
/// answer so far; false gives up. What is wrong becomes the answer's `problem`.
[[nodiscard]] SfmAnswer answer_theory(const SfmQuestion& question,
                                      const std::function<bool(const SfmAnswer&)>& told = {});

struct TheoristOptions {
    /// Called on the theorist's thread after an answer was published. Must not block. May be empty.
    std::function<void()> wake_front_end;
};

/// Answers the newest question, below normal priority. What is not done within a tenth of a second
/// is published as far as it is, and a newer question ends the work on an older one.
class Theorist {
public:
    /// Starts the thread, idle. `channels` outlives this.
    Theorist(TheoryChannels& channels, TheoristOptions options);
    /// Ends the thread within an iteration, and joins it.
    ~Theorist();
    Theorist(const Theorist&) = delete;
    Theorist& operator=(const Theorist&) = delete;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
