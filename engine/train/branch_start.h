// What a branch begins with, and a fork goes on from.
#pragma once

#include "engine/model/parameters.h"
#include "engine/model/training_state.h"
#include "engine/protocol/branch.h"
#include "engine/protocol/config.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

/// Part of a training: up to this epoch under these settings.
struct TrainingLeg {
    RunConfig config;
    std::int32_t until = 0;
    /// Weights with the embeddings that config.edits takes over; null where it takes none.
    std::shared_ptr<const Parameters> donor = {};
};

/// A run of this configuration. Without legs it begins at its epoch 0 with the weights; everything
/// else, the probes and AdamW's moments and warm-up, begins as in a new run, since only weights are
/// recorded. With legs it is a fork: those are trained first, each going on with the whole state of
/// the one before it, and the run with that of the last. Equal settings give equal bits, so that
/// this is the state of the original. The edits of a configuration are done where it begins to
/// train: behind the leg before it. Immutable once made, so that threads may share it.
struct BranchStart {
    RunConfig config;
    BranchPoint point;
    /// The built-in configuration that its original began as; empty when it began as none.
    std::string preset = {};
    /// Weights at epoch 0, when they are not those of the seed.
    std::optional<Parameters> weights;
    std::vector<TrainingLeg> legs = {};
    /// Of the run's own edits, as those of a leg.
    std::shared_ptr<const Parameters> donor = {};
    /// Where the first leg begins, when it does not at epoch 0. May be null.
    std::shared_ptr<const TrainingState> state = {};
};

/// Whether training from `state` to the epoch `until` leaves the weights of enough epochs before
/// that for a stencil of `depth`: those that the state remembers, and those that are computed
/// again.
[[nodiscard]] inline bool leads_to(const TrainingState& state, std::int32_t until, int depth) {
    const std::int32_t remembered =
        until - state.epoch + static_cast<std::int32_t>(state.previous.size());
    return state.epoch <= until && remembered >= std::min(depth, until);
}

/// Does the edits of the configuration to weights that it is to begin with. `donor` may be null
/// where they take no embeddings from elsewhere. Throws std::invalid_argument when the donor is
/// missing or has other numbers or another width.
void edit_weights(Parameters& weights, const RunConfig& config, const Parameters* donor);

/// `from` as a run of other settings takes it up: weights, epoch and count of updates, with what
/// the two remember alike by name, probe by probe and slot by slot. What only the new run has is as
/// in `fresh`, a state of it at epoch 0. `history` has theta_{e-1}, theta_{e-2}, ..., as many as a
/// stencil of `depth` wants at that epoch. Throws std::invalid_argument when the shapes differ or
/// the history is too short.
[[nodiscard]] TrainingState carried_over(const TrainingState& from, const TrainingState& fresh,
                                         const std::deque<Parameters>& history, int depth);

} // namespace grokscope
