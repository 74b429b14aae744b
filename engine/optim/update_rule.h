// One rule of the update that ends an epoch: AdamW, a filter of the gradients before it, or what
// happens to the weights behind it.
// Threads: used by one thread, the trainer's; may work on the pool inside a call.
#pragma once

#include "engine/model/parameters.h"
#include "engine/model/training_state.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace grokscope {

class WorkerPool;

/// What a rule works on.
struct Update {
    Parameters& parameters;
    /// As the rules before it left them.
    Gradients& gradients;
    /// The rule's own, in the order of its slots(). What a rule must remember from update to update
    /// is here and nowhere else: so it is in checkpoints.
    std::span<UpdateSlot> slots;
    /// Counts from 1.
    std::int64_t number;
    /// Multiplies every rate: the warm-up.
    double rate_factor;
    WorkerPool& pool;
};

/// Equal inputs give equal bits for any number of threads.
class UpdateRule {
public:
    virtual ~UpdateRule() = default;

    /// Names of what it remembers, each a value for each of the parameters, zeros at first.
    [[nodiscard]] virtual std::vector<std::string> slots() const { return {}; }
    virtual void apply(const Update& update) = 0;
    /// Has the last word, when all rules have acted.
    virtual void settle(const Update&) {}
};

} // namespace grokscope
