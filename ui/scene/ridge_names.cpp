#include "ui/scene/ridge_names.h"

#include "ui/scene/amplitude.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace grokscope::ui {

RidgeNames::RidgeNames(const RidgeLayout& layout, const SpectrumRows& rows, float reference,
                       WavetableScale scale, bool on_left)
    : layout_(layout), on_left_(on_left),
      edge_(on_left ? 1.0F : static_cast<float>(layout.frequencies)),
      ends_(static_cast<std::size_t>(rows.count())) {
    float in_front = 0;
    for (int row = rows.count() - 1; row >= 0; --row) {
        const std::span<const float> values = rows.row(row);
        std::vector<float> sorted(values.begin(), values.end());
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        const float largest = *std::max_element(values.begin(), values.end());
        const auto height = [&](float value) {
            return height_of(value, largest, reference, scale);
        };
        in_front = std::max(in_front, height(*middle));
        ends_[static_cast<std::size_t>(row)] = {in_front,
                                                height(on_left ? values.front() : values.back())};
    }
}

PicturePoint RidgeNames::at(int row, float line) const {
    const auto first = static_cast<std::size_t>(row);
    PicturePoint place = layout_.at(edge_, static_cast<float>(row), ends_[first].noise);
    for (std::size_t i = first; i < ends_.size(); ++i) {
        const PicturePoint end = layout_.at(edge_, static_cast<float>(i), ends_[i].curve);
        if (end.y > place.y - line / 2) {
            place.x = on_left_ ? std::min(place.x, end.x) : std::max(place.x, end.x);
        }
    }
    return place;
}

} // namespace grokscope::ui
