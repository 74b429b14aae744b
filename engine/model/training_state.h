// All that training changes; copying it is a checkpoint.
#pragma once

#include "engine/model/parameters.h"
#include "engine/model/probe_state.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace grokscope {

/// State of a run between two epochs. Two equal states train to equal states.
struct TrainingState {
    explicit TrainingState(const ModelShape& shape)
        : parameters(shape), first_moment(shape), second_moment(shape) {}

    /// theta_e, the input of epoch `epoch`.
    Parameters parameters;
    /// Moments of AdamW.
    Parameters first_moment;
    Parameters second_moment;
    /// AdamW steps taken; equals `epoch`, since epoch 0 counts as step 1.
    std::int64_t adam_steps = 0;
    /// One per offset of the stencil, in increasing order of offset.
    std::vector<ProbeState> probes;
    /// theta_{e-1}, theta_{e-2}, ... newest first, as many as the stencil is deep: from them a step
    /// rebuilds the activations it must remember (engine.md section 9).
    std::deque<Parameters> previous;
    /// The next epoch to train.
    std::int32_t epoch = 0;
};

} // namespace grokscope
