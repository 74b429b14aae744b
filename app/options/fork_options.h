// The options of `train` that make a fork.
#pragma once

#include "app/options/argument_text.h"
#include "engine/protocol/config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace grokscope {

/// What a fork does otherwise than the run it forks from.
struct ForkOptions {
    /// The run, a number or `last`; empty: no fork.
    std::string original;
    std::optional<std::int32_t> epoch;

    /// A changed setting, and a configuration that has its value.
    struct Change {
        const Setting* setting = nullptr;
        RunConfig value;
    };
    std::vector<Change> changes;

    /// What is done to its embeddings, but for those of another run.
    WeightEdits edits;
    /// The run whose embeddings it takes over, a number or `last`; empty: none.
    std::string embedding_from;
    /// Of its recorded weights; nothing: the newest.
    std::optional<std::int32_t> embedding_epoch;

    [[nodiscard]] bool changes_anything() const {
        return !changes.empty() || !edits.empty() || !embedding_from.empty();
    }

    /// The original's settings, `base`, with the changes. A rule that wants no weight decay drops
    /// it, unless that is changed, too; the run trains to its limit, since it may have grokked
    /// before.
    [[nodiscard]] RunConfig applied_to(const RunConfig& base) const;
    /// The change that would leave every figure of a fork of `base` as it is, one sentence; empty
    /// without any.
    [[nodiscard]] std::string idle_in(const RunConfig& base) const;
};

/// Adds --branch, --at, --set and the edits of weights; wrong values go to `mistakes`. Both outlive
/// parsing.
void add_fork_options(CLI::App& app, ForkOptions& fork, Mistakes& mistakes);
/// Says what does not go with a fork, or is missing. `resumes`: a run is to go on; `recorded`:
/// there is a notebook.
void finish_fork(const CLI::App& app, const ForkOptions& fork, bool resumes, bool recorded,
                 Mistakes& mistakes);

} // namespace grokscope
