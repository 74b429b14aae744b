// What can go wrong with a notebook, as a kind to act on and a sentence to show.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace grokscope {

enum class NotebookProblem : std::uint8_t {
    kFull,       ///< no room left on the disk
    kReadOnly,   ///< the file or its folder may not be written
    kLocked,     ///< another program holds it
    kCannotOpen, ///< not there, or no permission
    kForeign,    ///< a file of another kind; it was not touched
    kNewer,      ///< written by a newer program; it was not touched
    kCorrupt,    ///< damaged
    kDisk,       ///< reading or writing failed underneath
    kExists,     ///< something has the name already that a new file was to get
    kStopped,    ///< the user wants no more of it (Notebook::stop_when)
    kUnusable    ///< the caller asked for what is not there, or a value is out of bounds
};

/// what() is one sentence: which file, what is wrong, what to do.
class NotebookError : public std::runtime_error {
public:
    NotebookError(NotebookProblem problem, const std::string& sentence)
        : std::runtime_error(sentence), problem_(problem) {}

    [[nodiscard]] NotebookProblem problem() const { return problem_; }
    /// True when the same attempt may succeed later without anybody changing the program's mind.
    [[nodiscard]] bool may_pass() const {
        return problem_ == NotebookProblem::kFull || problem_ == NotebookProblem::kReadOnly ||
               problem_ == NotebookProblem::kLocked || problem_ == NotebookProblem::kDisk ||
               problem_ == NotebookProblem::kCannotOpen || problem_ == NotebookProblem::kStopped;
    }

private:
    NotebookProblem problem_;
};

} // namespace grokscope
