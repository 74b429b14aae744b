#include "ui/core/series.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

Series::Bucket Series::leaf(std::size_t index) const {
    const auto at = std::isfinite(y_[index]) ? static_cast<std::uint32_t>(index) : kNone;
    return {at, at};
}

Series::Bucket Series::merged(const Bucket& earlier, const Bucket& later) const {
    if (earlier.min_index == kNone) {
        return later;
    }
    if (later.min_index == kNone) {
        return earlier;
    }
    return {y_[later.min_index] < y_[earlier.min_index] ? later.min_index : earlier.min_index,
            y_[later.max_index] > y_[earlier.max_index] ? later.max_index : earlier.max_index};
}

void Series::append(double x, double y) {
    if (!std::isfinite(x) || (!x_.empty() && x <= x_.back())) {
        throw std::invalid_argument(
            "a curve grows to the right only: x must be finite and above " +
            (x_.empty() ? std::string("anything") : std::to_string(x_.back())) + ", got " +
            std::to_string(x));
    }
    x_.push_back(x);
    y_.push_back(y);
    // Like a binary counter: a level completes a bucket whenever all levels below just did.
    std::size_t level = 0;
    for (std::size_t count = x_.size(); count % 2 == 0; count /= 2, ++level) {
        if (level == levels_.size()) {
            levels_.emplace_back();
        }
        if (level == 0) {
            levels_[0].push_back(merged(leaf(x_.size() - 2), leaf(x_.size() - 1)));
        } else {
            const std::vector<Bucket>& below = levels_[level - 1];
            levels_[level].push_back(merged(below[below.size() - 2], below[below.size() - 1]));
        }
    }
}

void Series::clear() {
    x_.clear();
    y_.clear();
    levels_.clear();
    ++clears_;
}

std::size_t Series::at_or_before(double at) const {
    const auto above = std::upper_bound(x_.begin(), x_.end(), at);
    return above == x_.begin() ? size() : static_cast<std::size_t>(above - x_.begin()) - 1;
}

std::size_t Series::nearest(double at) const {
    if (empty()) {
        return 0;
    }
    const auto above = std::lower_bound(x_.begin(), x_.end(), at);
    if (above == x_.end()) {
        return size() - 1;
    }
    const auto index = static_cast<std::size_t>(above - x_.begin());
    return index > 0 && at - x_[index - 1] <= x_[index] - at ? index - 1 : index;
}

Series::Extent Series::extent(std::size_t first, std::size_t last) const {
    Bucket found{kNone, kNone};
    std::size_t at = first;
    while (at < std::min(last, size())) {
        // The largest complete bucket that begins here and ends before `last`.
        std::size_t level = 0;
        while (level < levels_.size() && (at & ((std::size_t{2} << level) - 1)) == 0 &&
               at + (std::size_t{2} << level) <= last &&
               (at >> (level + 1)) < levels_[level].size()) {
            ++level;
        }
        found = merged(found, level == 0 ? leaf(at) : levels_[level - 1][at >> level]);
        at += std::size_t{1} << level;
    }
    return {found.min_index != kNone, found.min_index, found.max_index};
}

void Series::decimate(const SeriesWindow& window, DecimatedCurve& out) const {
    out.clear();
    const bool log = window.x_scale == AxisScale::kLog;
    const double x_min = log ? std::max(window.x_min, 1.0) : window.x_min;
    if (empty() || window.columns < 1 || !(window.x_max > x_min)) {
        return;
    }
    const double low = log ? std::log(x_min) : x_min;
    const double width = (log ? std::log(window.x_max) : window.x_max) - low;
    // Neighbouring numbers may have one logarithm, and columns of no width divide nothing.
    const int columns = low + width / window.columns > low ? window.columns : 1;
    const double step = width / columns;
    const auto right_edge = [&](int column) {
        const double edge = low + step * (column + 1);
        return log ? std::exp(edge) : edge;
    };

    bool connected = false;
    const auto emit = [&](std::size_t index) {
        const CurvePoint point{x_[index], y_[index]};
        if (!connected) {
            out.starts.push_back(out.points.size());
        } else if (out.points.back() == point) {
            return;
        }
        out.points.push_back(point);
        connected = true;
    };

    const double first_shown = log ? 1.0 : x_.front();
    auto begin =
        static_cast<std::size_t>(std::lower_bound(x_.begin(), x_.end(), x_min) - x_.begin());
    if (begin > 0 && x_[begin - 1] >= first_shown && std::isfinite(y_[begin - 1])) {
        emit(begin - 1);
    }
    for (int column = 0; column < columns && begin < size(); ++column) {
        const bool rightmost = column + 1 == columns;
        const double edge = rightmost ? window.x_max : right_edge(column);
        if (x_[begin] > edge && rightmost) {
            break;
        }
        if (x_[begin] > edge) {
            // Empty columns: jump to the one that holds the next point.
            const double position = ((log ? std::log(x_[begin]) : x_[begin]) - low) / step - 1;
            column = std::max(column, static_cast<int>(std::min(position, columns - 2.0)));
            continue;
        }
        // Walk a little, then search: a column holds few points unless the record is long.
        std::size_t end = begin + 1;
        while (end < size() && end < begin + 8 && x_[end] <= edge) {
            ++end;
        }
        if (end == begin + 8) {
            end = static_cast<std::size_t>(
                std::upper_bound(x_.begin() + static_cast<std::ptrdiff_t>(end), x_.end(), edge) -
                x_.begin());
        }
        const Extent range = extent(begin, end);
        if (!range.any) {
            connected = false;
        } else {
            std::size_t first = begin;
            std::size_t last = end - 1;
            while (!std::isfinite(y_[first])) {
                ++first;
            }
            while (!std::isfinite(y_[last])) {
                --last;
            }
            connected = connected && first == begin;
            std::array<std::size_t, 4> order{first, range.min_index, range.max_index, last};
            std::sort(order.begin(), order.end());
            for (const std::size_t index : order) {
                emit(index);
            }
            connected = last == end - 1;
        }
        begin = end;
    }
    if (begin < size() && std::isfinite(y_[begin])) {
        emit(begin);
    }
}

} // namespace grokscope::ui
