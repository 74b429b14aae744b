// What a sweep found as JSON, for programs; docs/formats.md has the schema.
#pragma once

#include "engine/protocol/sweep_result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace grokscope {

/// A run of a sweep in its notebook.
struct SweepIdentity {
    std::int64_t run = 0;
    std::string uuid;
};

/// Every run with its identity and whether it is censored, and every variant with what its runs say
/// together. `identity_of` finds a run by its configuration. Any thread.
[[nodiscard]] std::string
sweep_json(const std::vector<SweepRow>& rows,
           const std::function<SweepIdentity(const RunConfig&)>& identity_of);

} // namespace grokscope
