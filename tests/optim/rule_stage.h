// One rule of the update by itself.
#pragma once

#include "engine/compute/worker_pool.h"
#include "engine/optim/optimizer.h"
#include "engine/optim/rules.h"
#include "tests/store/small_run.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace grokscope {

/// A gradient that differs from update to update and from weight to weight, zero in the gaps.
inline void fill_gradient(Gradients& gradients, int update) {
    auto generator = static_cast<std::uint32_t>(77 + update);
    for (const TensorSpec& tensor : gradients.layout().tensors()) {
        store_test::fill(gradients.view(tensor), generator);
    }
}

/// One rule with its slots, fed with gradients.
struct Stage {
    explicit Stage(RuleMaker* make, const RunConfig& run_config = store_test::small_config())
        : config(run_config), parameters(store_test::small_initial_state(config).parameters),
          gradients(parameters.layout().shape()), rule(make(config, parameters)) {
        for (const std::string& name : rule->slots()) {
            slots.push_back({name, Parameters(parameters.layout().shape())});
        }
    }
    void apply(double rate_factor = 1) {
        rule->apply({parameters, gradients, slots, ++number, rate_factor, pool});
    }

    RunConfig config;
    Parameters parameters;
    Gradients gradients;
    std::unique_ptr<UpdateRule> rule;
    std::vector<UpdateSlot> slots;
    std::int64_t number = 0;
    WorkerPool pool{2};
};

} // namespace grokscope
