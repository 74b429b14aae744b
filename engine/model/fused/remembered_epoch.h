// Activations of one epoch that later epochs may need.
#pragma once

#include "engine/model/fused/pair_order.h"
#include "engine/model/fused/panel_tables.h"

#include <cstddef>

namespace grokscope::fused {

template <typename T>
struct RememberedEpoch {
    /// `keep_hidden`: false for the baseline, which forgets mlp_hidden block by block.
    RememberedEpoch(const FusedShape& shape, const PairPlan& plan, bool keep_hidden)
        : state(shape, plan.pairs.size()),
          h(keep_hidden ? plan.pairs.size() * shape.m_padded() : 0),
          h_sums(keep_hidden ? plan.blocks.size() * shape.m_padded() : 0) {}

    AttentionState<T> state;
    AlignedBuffer<T> h;      ///< mlp_hidden by row block: panels [rows][64]
    AlignedBuffer<T> h_sums; ///< its column sums by row block [m_padded]
};

} // namespace grokscope::fused
