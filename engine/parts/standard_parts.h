// The parts of a real run: the one place that chooses between the implementations of the step.
#pragma once

#include "engine/train/engine_parts.h"

#include <string>

namespace grokscope {

/// Why this machine cannot train a valid configuration, a sentence; empty when it can. Only one
/// that asks for a CUDA device needs more than every machine has.
[[nodiscard]] std::string why_not_computable_here(const RunConfig& config);

/// Task, initial weights, step and snapshot as the program uses them. The step is the one that
/// RunConfig::step names on RunConfig::device; CUDA means the reference step. make_step throws
/// std::invalid_argument when it cannot compute the configuration, std::runtime_error when there is
/// no such device.
[[nodiscard]] EngineParts standard_engine_parts();

} // namespace grokscope
