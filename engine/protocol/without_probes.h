// The configuration of a step that only looks at weights.
#pragma once

#include "engine/protocol/config.h"

namespace grokscope {

/// `config` for a step that needs the task alone: no probes, which cost memory and time, and no
/// control, which would be about probes.
[[nodiscard]] inline RunConfig without_probes(RunConfig config) {
    config.stencil = {};
    config.control = Control::kNone;
    return config;
}

} // namespace grokscope
