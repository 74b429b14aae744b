// How long the last frames took, for the figures on F2.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace grokscope::ui {

class FrameTimes {
public:
    /// A frame took `milliseconds` of work.
    void add(double milliseconds) {
        times_[next_ % times_.size()] = milliseconds;
        last_ = milliseconds;
        ++next_;
    }
    /// The newest; 0 without any.
    [[nodiscard]] double last() const { return last_; }
    /// The longest of the last 256; 0 without any.
    [[nodiscard]] double worst() const { return *std::max_element(times_.begin(), times_.end()); }

private:
    std::array<double, 256> times_{};
    std::size_t next_ = 0;
    double last_ = 0;
};

} // namespace grokscope::ui
