// The update that ends an epoch: the rules of a configuration, one behind the other.
// Threads: used by one thread, the trainer's; may work on the pool inside a call.
#pragma once

#include "engine/optim/update_rule.h"
#include "engine/protocol/config.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace grokscope {

class Optimizer {
public:
    /// The rules that apply to `config`; `initial` are the weights of its seed.
    Optimizer(const RunConfig& config, const Parameters& initial);

    /// Gives a state at epoch 0 the slots of the rules, zeros.
    void prepare(TrainingState& state) const;
    /// True when the state has the slots of these rules, and no others.
    [[nodiscard]] bool fits(const TrainingState& state) const;

    /// Moves the parameters and whatever the rules remember, and counts the update. `gradients` are
    /// spent. `rate_factor` multiplies every rate. Equal inputs give equal bits for any number of
    /// threads.
    void update(TrainingState& state, Gradients& gradients, double rate_factor,
                WorkerPool& pool) const;

private:
    /// A rule and where its slots lie in a state.
    struct Placed {
        std::unique_ptr<UpdateRule> rule;
        std::size_t first_slot;
        std::size_t slots;
    };

    std::vector<Placed> rules_;
    std::vector<std::string> slots_; ///< of all rules, in the order of a state
};

} // namespace grokscope
