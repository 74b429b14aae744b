// The Fourier transform over an operation's group (science.md 3.1).
#pragma once

#include "engine/analysis/dft_plan.h"
#include "engine/protocol/group_index.h"

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace grokscope {

/// Transforms the rows of matrices of one shape whose columns are numbers, in the order of the
/// group's index; columns of numbers outside the group, and further ones, are left out.
/// Threads: as DftPlan.
class GroupTransform {
public:
    /// For matrices [rows, columns], columns >= group.numbers(). Blocks while another plan is made.
    GroupTransform(const GroupIndex& group, int rows, int columns);

    /// Elements of the group: length of the signals.
    [[nodiscard]] int order() const { return group_.order(); }
    /// Coefficients 0..order/2 of each row, row by row; none when the group is empty. Throws
    /// std::invalid_argument when there are too few values.
    [[nodiscard]] std::vector<std::complex<float>> transform(std::span<const float> matrix) const;

private:
    GroupIndex group_;
    std::size_t columns_;
    std::optional<DftPlan> plan_; // empty when the group is
};

} // namespace grokscope
