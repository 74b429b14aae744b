// Activations of one epoch that later epochs may need.
#pragma once

#include "engine/model/fused/pair_order.h"
#include "engine/model/fused/panel_tables.h"

#include <cstddef>

namespace grokscope::fused {

/// Hidden units of all training pairs, and what probes are compared with.
template <typename T>
struct RememberedHidden {
    /// `keep`: false for the baseline, which forgets mlp_hidden block by block. `permute`: true
    /// when probes compare with the rows in another order.
    RememberedHidden(const FusedShape& shape, const PairPlan& plan, bool keep, bool permute)
        : h(keep ? plan.pairs.size() * shape.m_padded() : 0), h_permuted(permute ? h.size() : 0),
          h_sums(keep ? plan.blocks.size() * shape.m_padded() : 0) {}

    /// What probes are compared with, laid out as h.
    [[nodiscard]] const AlignedBuffer<T>& targets() const {
        return h_permuted.empty() ? h : h_permuted;
    }

    AlignedBuffer<T> h;          ///< mlp_hidden by row block: panels [rows][64]
    AlignedBuffer<T> h_permuted; ///< its rows in the order of PermutedTargets; empty without
    AlignedBuffer<T> h_sums;     ///< its column sums by row block [m_padded]
};

template <typename T>
struct RememberedEpoch : RememberedHidden<T> {
    RememberedEpoch(const FusedShape& shape, const PairPlan& plan, bool keep_hidden, bool permute)
        : RememberedHidden<T>(shape, plan, keep_hidden, permute), state(shape, plan.pairs.size()) {}

    AttentionState<T> state;
};

} // namespace grokscope::fused
