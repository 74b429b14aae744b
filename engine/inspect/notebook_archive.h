// The notebook as an archive of weights.
// Threads: made by the front end's thread, then used by the inspector's.
#pragma once

#include "engine/inspect/weight_archive.h"
#include "engine/store/notebook_follower.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace grokscope {

class NotebookArchive final : public WeightArchive {
public:
    /// As NotebookFollower: read only, except for measure_finished().
    NotebookArchive(std::function<NotebookInUse()> in_use, std::string owner);

    [[nodiscard]] std::optional<std::int64_t>
    find(const RunConfig& config, const std::optional<BranchPoint>& branch) override;
    [[nodiscard]] std::uint64_t place() override { return notebook_.place(); }
    [[nodiscard]] std::vector<std::int32_t> epochs(std::int64_t number) override;
    [[nodiscard]] Parameters weights(std::int64_t number, std::int32_t epoch) override;
    [[nodiscard]] bool is_exact(std::int64_t number, std::int32_t epoch) override;
    [[nodiscard]] bool measure_finished(std::int64_t number, WorkerPool& pool,
                                        const std::function<bool()>& go_on) override;

private:
    NotebookFollower notebook_;
};

} // namespace grokscope
