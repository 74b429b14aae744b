// Steps that the CPU computes: the choice between the implementations that need no libtorch.
#pragma once

#include "engine/model/step.h"

#include <memory>

namespace grokscope {

/// The step for a configuration as StepKind::kAuto takes it: the fused one for one plain layer and
/// full batches, else the one for any number of layers. RunConfig::step is not asked. `pool`
/// outlives the result; `train` is copied. Throws std::invalid_argument when the configuration has
/// mistakes.
[[nodiscard]] std::unique_ptr<Step> make_cpu_step(const RunConfig& config, const PairSet& train,
                                                  WorkerPool& pool);

/// The same for forward passes alone, of whoever looks at weights: without probes and batches, and
/// with hardly any training pairs.
[[nodiscard]] std::unique_ptr<Step> make_forward_step(const RunConfig& config, WorkerPool& pool);

} // namespace grokscope
