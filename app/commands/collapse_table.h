// What `grokscope collapse` prints and writes.
#pragma once

#include "engine/protocol/condensation.h"
#include "engine/protocol/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace grokscope {

struct CollapseRun {
    std::int64_t number = 0; ///< in the notebook
    RunConfig config;
    Condensation figures;
};

/// A table for each run, and one of leads for those that differ by their seed alone, two or more of
/// which have one.
[[nodiscard]] std::string collapse_in_words(const std::vector<CollapseRun>& runs);
/// A line for each figure of each run.
[[nodiscard]] std::string collapse_csv(const std::vector<CollapseRun>& runs);

} // namespace grokscope
