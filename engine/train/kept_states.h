// States of one training that stay in memory, evenly spread, so that a fork need not compute all of
// it again. Threads: one at a time, the trainer's.
#pragma once

#include "engine/train/branch_start.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

namespace grokscope {

class KeptStates {
public:
    /// Copies the state where its epoch is due. Those due are thinned by two whenever there are too
    /// many, or too large ones.
    void offer(const TrainingState& state);
    /// The newest from which a fork at `epoch`, with a stencil of `depth`, can begin (leads_to);
    /// null without one.
    [[nodiscard]] std::shared_ptr<const TrainingState> until(std::int32_t epoch, int depth) const;

private:
    static constexpr std::size_t kMost = 12;
    static constexpr std::size_t kMostBytes = std::size_t{48} << 20;

    std::deque<std::shared_ptr<const TrainingState>> states_; ///< oldest first
    std::int32_t every_ = 250;                                ///< epochs between them
};

} // namespace grokscope
