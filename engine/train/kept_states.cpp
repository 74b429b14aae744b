#include "engine/train/kept_states.h"

#include <algorithm>

namespace grokscope {

void KeptStates::offer(const TrainingState& state) {
    const std::size_t bytes =
        state.parameters.flat().size_bytes() * (1 + state.slots.size() + state.previous.size());
    const std::size_t most = std::min(kMost, kMostBytes / bytes);
    if (most == 0 || state.epoch % every_ != 0) {
        return;
    }
    states_.push_back(std::make_shared<const TrainingState>(state));
    while (states_.size() > most) {
        every_ *= 2;
        std::erase_if(states_, [this](const auto& one) { return one->epoch % every_ != 0; });
    }
}

std::shared_ptr<const TrainingState> KeptStates::until(std::int32_t epoch, int depth) const {
    const auto newest =
        std::ranges::find_if(states_.rbegin(), states_.rend(),
                             [&](const auto& one) { return leads_to(*one, epoch, depth); });
    return newest == states_.rend() ? nullptr : *newest;
}

} // namespace grokscope
