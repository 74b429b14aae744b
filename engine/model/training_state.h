// All that training changes; copying it is a checkpoint.
#pragma once

#include "engine/model/parameters.h"
#include "engine/model/probe_state.h"

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {

/// One memory of the update, a value for each of the parameters: a moment, a past gradient.
struct UpdateSlot {
    std::string name;
    Parameters values;
};

/// The memories that every update has, AdamW's two moments. Those of other rules follow.
inline constexpr std::array<std::string_view, 2> kFirstSlots = {"first_moment", "second_moment"};

/// State of a run between two epochs. Two equal states train to equal states.
struct TrainingState {
    explicit TrainingState(const ModelShape& shape) : parameters(shape) {
        for (const std::string_view name : kFirstSlots) {
            slots.push_back({std::string(name), Parameters(shape)});
        }
    }

    /// theta_e, the input of epoch `epoch`.
    Parameters parameters;
    /// What the update remembers; whose rule a slot is, only the optimiser knows.
    std::vector<UpdateSlot> slots;
    /// Updates made; equals `epoch`, since that of epoch 0 counts.
    std::int64_t updates = 0;
    /// One per offset of the stencil, in increasing order of offset.
    std::vector<ProbeState> probes;
    /// theta_{e-1}, theta_{e-2}, ... newest first, as many as the stencil is deep: from them a step
    /// rebuilds the activations it must remember (engine.md section 9).
    std::deque<Parameters> previous;
    /// The next epoch to train.
    std::int32_t epoch = 0;

    [[nodiscard]] Parameters& first_moment() { return slots[0].values; }
    [[nodiscard]] const Parameters& first_moment() const { return slots[0].values; }
    [[nodiscard]] Parameters& second_moment() { return slots[1].values; }
    [[nodiscard]] const Parameters& second_moment() const { return slots[1].values; }
};

} // namespace grokscope
