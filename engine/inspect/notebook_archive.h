// The notebook as an archive of weights.
// Threads: made by the front end's thread, then used by the inspector's.
#pragma once

#include "engine/inspect/weight_archive.h"
#include "engine/store/notebook.h"
#include "engine/store/store_item.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace grokscope {

class NotebookArchive final : public WeightArchive {
public:
    /// `owner` names this process in the notebook (new_owner()). `in_use` says which file that is,
    /// on the inspector's thread: it may change. It is opened when it is first needed, so that it
    /// need not exist yet: to read only, except for measure_finished(), and never one that merely
    /// has its name. What was opened last is read until another one is in use, whatever lies at its
    /// name meanwhile.
    NotebookArchive(std::function<NotebookInUse()> in_use, std::string owner);

    [[nodiscard]] std::optional<std::int64_t>
    find(const RunConfig& config, const std::optional<BranchPoint>& branch) override;
    [[nodiscard]] std::uint64_t place() override;
    [[nodiscard]] std::vector<std::int32_t> epochs(std::int64_t number) override;
    [[nodiscard]] Parameters weights(std::int64_t number, std::int32_t epoch) override;
    [[nodiscard]] bool measure_finished(std::int64_t number, WorkerPool& pool,
                                        const std::function<bool()>& go_on) override;

private:
    [[nodiscard]] Notebook& notebook();

    std::function<NotebookInUse()> in_use_;
    std::string owner_;
    NotebookInUse opened_;
    std::optional<Notebook> notebook_; ///< that one
    std::uint64_t place_ = 0;          ///< how often one was opened
};

} // namespace grokscope
