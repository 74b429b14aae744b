#include "engine/parts/standard_parts.h"

#include "engine/analysis/progress.h"
#include "engine/analysis/snapshot.h"
#include "engine/model/cpu_step.h"
#include "engine/model/fused_step.h"
#include "engine/model/layers_step.h"
#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"

#include <memory>
#include <span>

namespace grokscope {

namespace {

std::unique_ptr<Step> make_step(const RunConfig& config, const Task& task, WorkerPool& pool) {
    switch (config.step) {
    case StepKind::kFused:
        return std::make_unique<FusedStep>(config, task.train, pool);
    case StepKind::kLayers:
        return std::make_unique<LayersStep>(config, task.train, pool);
    case StepKind::kAuto:
        if (config.device == Device::kCpu ||
            (config.device == Device::kAuto && !why_no_cuda().empty())) {
            return make_cpu_step(config, task.train, pool);
        }
        break;
    case StepKind::kReference:
        break;
    }
    return make_reference_step(config, task, config.device);
}

ProgressInstrument make_progress(const RunConfig& config, const Task& task, WorkerPool& pool,
                                 std::span<const int> key_frequencies) {
    // Shared only because std::function wants to be copyable.
    const auto meter = std::make_shared<ProgressMeter>(config, task, pool);
    meter->remember({key_frequencies.begin(), key_frequencies.end()});
    return [meter](const Parameters& parameters, Step& step) {
        return meter->measure(parameters, step);
    };
}

} // namespace

std::string why_not_computable_here(const RunConfig& config) {
    const std::string why = config.device == Device::kCuda ? why_no_cuda() : std::string();
    return why.empty() ? why : no_cuda_in_words(why);
}

EngineParts standard_engine_parts() {
    return {.make_task = make_task,
            .make_initial_state = initial_state,
            .make_step = make_step,
            .make_snapshot = make_snapshot,
            .make_progress = make_progress};
}

} // namespace grokscope
