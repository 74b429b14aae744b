// The parts of a real run: the one place that chooses between the implementations of the step.
#pragma once

#include "engine/train/engine_parts.h"

namespace grokscope {

/// Task, initial weights, step and snapshot as the program uses them. The step is the one that
/// RunConfig::step names; make_step throws std::invalid_argument when it cannot compute the
/// configuration.
[[nodiscard]] EngineParts standard_engine_parts();

} // namespace grokscope
