#include "engine/train/branch_start.h"

#include <algorithm>
#include <stdexcept>

namespace grokscope {

TrainingState carried_over(const TrainingState& from, const TrainingState& fresh,
                           const std::deque<Parameters>& history, int depth) {
    const auto remembered = static_cast<std::size_t>(std::min(depth, static_cast<int>(from.epoch)));
    if (from.parameters.layout() != fresh.parameters.layout() || history.size() < remembered) {
        throw std::invalid_argument("a state of another shape, or without the weights of the "
                                    "epochs before it, cannot be carried over to a fork");
    }
    TrainingState state = fresh;
    state.parameters = from.parameters;
    state.updates = from.updates;
    state.epoch = from.epoch;
    for (UpdateSlot& slot : state.slots) {
        if (const auto own = std::ranges::find(from.slots, slot.name, &UpdateSlot::name);
            own != from.slots.end()) {
            slot.values = own->values;
        }
    }
    for (ProbeState& probe : state.probes) {
        const auto own = std::ranges::find_if(from.probes, [&](const ProbeState& other) {
            return other.offset == probe.offset && other.layout == probe.layout;
        });
        if (own != from.probes.end()) {
            probe = *own;
        }
    }
    state.previous.assign(history.begin(),
                          history.begin() + static_cast<std::ptrdiff_t>(remembered));
    return state;
}

} // namespace grokscope
