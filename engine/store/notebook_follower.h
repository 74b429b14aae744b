// A reader that follows the notebook in use: it may change while a program records into it.
// Threads: one at a time.
#pragma once

#include "engine/protocol/branch.h"
#include "engine/protocol/config.h"
#include "engine/store/notebook.h"
#include "engine/store/store_item.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace grokscope {

class NotebookFollower {
public:
    /// `owner` names this process in the notebook (new_owner()). `in_use` says which file that is,
    /// on the thread of the follower: it may change. It is opened when it is first needed, so that
    /// it need not exist yet, and never one that merely has its name. What was opened last is read
    /// until another one is in use, whatever lies at its name meanwhile.
    NotebookFollower(std::function<NotebookInUse()> in_use, std::string owner);

    /// To read only. Throws NotebookError.
    [[nodiscard]] Notebook& reading();
    /// What reading() opened last, opened anew to be written. Throws NotebookError.
    [[nodiscard]] Notebook opened_for_writing() const;
    /// Another number once another notebook has come into use. Throws NotebookError.
    [[nodiscard]] std::uint64_t place();

    /// The newest run that this process records under this configuration, which began with the
    /// weights of its seed or at `branch`; nothing when it has none. What instruments measure is no
    /// matter: it may change while the run trains. Throws NotebookError.
    [[nodiscard]] std::optional<StoredRunId> find(const RunConfig& config,
                                                  const std::optional<BranchPoint>& branch);

private:
    std::function<NotebookInUse()> in_use_;
    std::string owner_;
    NotebookInUse opened_;
    std::optional<Notebook> notebook_; ///< that one
    std::uint64_t place_ = 0;          ///< how often one was opened
};

} // namespace grokscope
