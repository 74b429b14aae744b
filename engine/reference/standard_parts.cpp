#include "engine/reference/standard_parts.h"

#include "engine/analysis/snapshot.h"
#include "engine/model/fused_step.h"
#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"

#include <memory>

namespace grokscope {

namespace {

std::unique_ptr<Step> make_step(const RunConfig& config, const Task& task, WorkerPool& pool) {
    const bool fused = config.step == StepKind::kFused ||
                       (config.step == StepKind::kAuto && FusedStep::supports(config));
    if (fused) {
        return std::make_unique<FusedStep>(config, task.train, pool);
    }
    return make_reference_step(config, task);
}

} // namespace

EngineParts standard_engine_parts() {
    return {.make_task = make_task,
            .make_initial_state = initial_state,
            .make_step = make_step,
            .make_snapshot = make_snapshot};
}

} // namespace grokscope
