#include "engine/reference/standard_parts.h"

#include "engine/analysis/snapshot.h"
#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"

#include <stdexcept>

namespace grokscope {

namespace {

std::unique_ptr<Step> make_step(const RunConfig& config, const Task& task, WorkerPool&) {
    if (config.step == StepKind::kFused) {
        throw std::invalid_argument("this build has no fused step; choose --engine reference");
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
