#include "engine/analysis/group_transform.h"

#include <stdexcept>
#include <string>

namespace grokscope {

GroupTransform::GroupTransform(const GroupIndex& group, int rows, int columns)
    : group_(group), columns_(static_cast<std::size_t>(columns)) {
    if (columns < group.numbers()) {
        throw std::invalid_argument("a transform over " + std::to_string(group.numbers()) +
                                    " numbers needs a column for each, got " +
                                    std::to_string(columns));
    }
    if (!group.empty()) {
        plan_.emplace(SignalBatch{.length = group.order(),
                                  .count = rows,
                                  .distance = group.is_identity() ? columns : group.order()});
    }
}

std::vector<std::complex<float>> GroupTransform::transform(std::span<const float> matrix) const {
    if (!plan_) {
        return {};
    }
    std::vector<std::complex<float>> transformed(static_cast<std::size_t>(plan_->batch().count) *
                                                 plan_->coefficients());
    if (group_.is_identity()) {
        plan_->execute(matrix, transformed);
        return transformed;
    }
    std::vector<float> ordered;
    ordered.reserve(transformed.size() * 2);
    for (std::size_t row = 0; row + columns_ <= matrix.size(); row += columns_) {
        for (const int number : group_.elements()) {
            ordered.push_back(matrix[row + static_cast<std::size_t>(number)]);
        }
    }
    plan_->execute(ordered, transformed);
    return transformed;
}

} // namespace grokscope
