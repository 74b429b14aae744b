#include "engine/model/cpu_step.h"

#include "engine/model/fused_step.h"
#include "engine/model/layers_step.h"
#include "engine/protocol/without_probes.h"

namespace grokscope {

std::unique_ptr<Step> make_cpu_step(const RunConfig& config, const PairSet& train,
                                    WorkerPool& pool) {
    if (FusedStep::supports(config)) {
        return std::make_unique<FusedStep>(config, train, pool);
    }
    return std::make_unique<LayersStep>(config, train, pool);
}

std::unique_ptr<Step> make_forward_step(const RunConfig& config, WorkerPool& pool) {
    RunConfig looked_at = without_probes(config);
    looked_at.batch = 0;
    return make_cpu_step(looked_at, {{Pair{}}, {0}}, pool); // a step wants one training pair
}

} // namespace grokscope
