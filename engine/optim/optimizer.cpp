#include "engine/optim/optimizer.h"

#include "engine/optim/rules.h"

#include <algorithm>
#include <span>
#include <utility>

namespace grokscope {

Optimizer::Optimizer(const RunConfig& config, const Parameters& initial)
    : slots_(kFirstSlots.begin(), kFirstSlots.end()) {
    for (const RuleSpec& spec : kRules) {
        if (!spec.applies(config)) {
            continue;
        }
        auto rule = spec.make(config, initial);
        const std::vector<std::string> own = rule->slots();
        auto first = std::ranges::search(slots_, own).begin(); // AdamW's are there
        if (first == slots_.end()) {
            first = slots_.insert(slots_.end(), own.begin(), own.end());
        }
        rules_.push_back(
            {std::move(rule), static_cast<std::size_t>(first - slots_.begin()), own.size()});
    }
}

void Optimizer::prepare(TrainingState& state) const {
    state.slots.clear();
    for (const std::string& name : slots_) {
        state.slots.push_back({name, Parameters(state.parameters.layout().shape())});
    }
}

bool Optimizer::fits(const TrainingState& state) const {
    return std::ranges::equal(state.slots, slots_, {}, &UpdateSlot::name) &&
           std::ranges::all_of(state.slots, [&](const UpdateSlot& slot) {
               return slot.values.layout() == state.parameters.layout();
           });
}

void Optimizer::update(TrainingState& state, Gradients& gradients, double rate_factor,
                       WorkerPool& pool) const {
    const std::int64_t number = state.updates + 1;
    const auto update_of = [&](const Placed& placed) {
        return Update{.parameters = state.parameters,
                      .gradients = gradients,
                      .slots = std::span(state.slots).subspan(placed.first_slot, placed.slots),
                      .number = number,
                      .rate_factor = rate_factor,
                      .pool = pool};
    };
    for (const Placed& placed : rules_) {
        placed.rule->apply(update_of(placed));
    }
    for (const Placed& placed : rules_) {
        placed.rule->settle(update_of(placed));
    }
    state.updates = number;
}

} // namespace grokscope
