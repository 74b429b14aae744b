#include "ui/tag_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace grokscope::ui {

TagRows::TagRows(const Rect& area, float top, float height, float step, std::span<const Rect> taken)
    : area_(area), top_(top), height_(height), step_(step) {
    const auto rows = static_cast<int>(std::max((area.bottom() - top - height) / step + 1, 0.0F));
    rows_.resize(static_cast<std::size_t>(rows));
    float y = top;
    for (std::vector<Span>& row : rows_) {
        for (const Rect& other : taken) {
            if (other.y < y + height && y < other.bottom()) {
                row.push_back({other.x, other.right()});
            }
        }
        y += step;
    }
}

std::optional<Rect> TagRows::place(float x, float width) const {
    for (const float left : {x, x - width}) {
        if (left >= area_.x && left + width <= area_.right()) {
            if (const auto found = highest(left, width)) {
                return found;
            }
        }
    }
    if (x - width < area_.x && x + width > area_.right()) {
        return highest(area_.right() - width, width);
    }
    return std::nullopt;
}

void TagRows::take(const Rect& box, float gap) {
    const auto row = static_cast<std::size_t>(std::lround((box.y - top_) / step_));
    rows_.at(row).push_back({box.x, box.right() + gap});
}

std::optional<Rect> TagRows::highest(float left, float width) const {
    float y = top_;
    for (const std::vector<Span>& row : rows_) {
        const bool free = std::none_of(row.begin(), row.end(), [&](const Span& other) {
            return left < other.right && other.left < left + width;
        });
        if (free) {
            return Rect{left, y, width, height_};
        }
        y += step_;
    }
    return std::nullopt;
}

} // namespace grokscope::ui
