// The control "permuted targets" (science.md 2.3): the target of training row i is that of row
// pi(i), and what the mismatch of row i asks of its target is asked of row pi(i).
// Threads: blocks are independent; the gradients of all rows must stand before any is taken.
#pragma once

#include "engine/model/aligned_buffer.h"
#include "engine/model/fused/pair_order.h"
#include "engine/model/fused/shape.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace grokscope::fused {

template <typename T>
class PermutedTargets {
public:
    /// Rows are those of the plan; pi permutes the order given. References outlive this.
    PermutedTargets(const FusedShape& shape, const PairPlan& plan, std::uint32_t seed);

    /// Row i of the block in `permuted` becomes row pi(i) of `h`; both are laid out as mlp_hidden,
    /// panels [rows][64] block by block.
    void gather(const RowBlock& block, const T* h, T* permuted) const;

    /// Room for the gradients of the block's targets, [rows, m_padded], by the rows that ask.
    [[nodiscard]] T* gradients(const RowBlock& block) {
        return gradients_.data() + block.first * shape_.m_padded();
    }
    /// Row j of the block in y, rows `y_row` apart, becomes what row pi^-1(j) asks of it.
    void take_gradients(const RowBlock& block, T* y, std::size_t y_row) const;

private:
    const FusedShape& shape_;
    std::vector<std::uint32_t> source_;   ///< pi, by rows of the plan
    std::vector<std::uint32_t> asked_by_; ///< its inverse
    std::vector<std::uint32_t> first_;    ///< place in h of each row's first value
    std::vector<std::uint32_t> panel_;    ///< distance of its panels
    AlignedBuffer<T> gradients_;
};

} // namespace grokscope::fused
