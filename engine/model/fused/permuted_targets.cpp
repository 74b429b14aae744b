#include "engine/model/fused/permuted_targets.h"

#include "engine/model/fused/kernels.h"
#include "engine/task/task.h"

#include <algorithm>

namespace grokscope::fused {

template <typename T>
PermutedTargets<T>::PermutedTargets(const FusedShape& shape, const PairPlan& plan,
                                    std::uint32_t seed)
    : shape_(shape), source_(plan.pairs.size()), asked_by_(plan.pairs.size()),
      first_(plan.pairs.size()), panel_(plan.pairs.size()),
      gradients_(plan.pairs.size() * shape.m_padded()) {
    const std::size_t count = plan.pairs.size();
    const std::vector<std::uint32_t> given = permuted_targets(seed, count);
    std::vector<std::uint32_t> row_of(count); // of a pair in the order given
    for (std::size_t row = 0; row < count; ++row) {
        row_of[plan.pairs.source[row]] = static_cast<std::uint32_t>(row);
    }
    for (std::size_t row = 0; row < count; ++row) {
        source_[row] = row_of[given[plan.pairs.source[row]]];
        asked_by_[source_[row]] = static_cast<std::uint32_t>(row);
    }
    for (const RowBlock& block : plan.blocks) {
        for (std::size_t i = 0; i < block.rows; ++i) {
            first_[block.first + i] =
                static_cast<std::uint32_t>(block.first * shape.m_padded() + i * kPanel);
            panel_[block.first + i] = static_cast<std::uint32_t>(block.rows * kPanel);
        }
    }
}

template <typename T>
void PermutedTargets<T>::gather(const RowBlock& block, const T* h, T* permuted) const {
    for (std::size_t i = 0; i < block.rows; ++i) {
        const std::size_t to = block.first + i;
        const std::size_t from = source_[to];
        for (std::size_t n = 0; n < shape_.hidden_panels(); ++n) {
            std::copy_n(h + first_[from] + n * panel_[from], kPanel,
                        permuted + first_[to] + n * panel_[to]);
        }
    }
}

template <typename T>
void PermutedTargets<T>::take_gradients(const RowBlock& block, T* y, std::size_t y_row) const {
    for (std::size_t i = 0; i < block.rows; ++i) {
        std::copy_n(gradients_.data() + asked_by_[block.first + i] * shape_.m_padded(),
                    shape_.m_padded(), y + i * y_row);
    }
}

template class PermutedTargets<float>;
template class PermutedTargets<double>;

} // namespace grokscope::fused
