#include "ui/core/row_budget.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

double film_share(double frame) {
    constexpr double kPeriod = 1.0 / 15;
    constexpr double kAround = 0.006; // events, answers, and waiting for them
    return std::clamp(kPeriod - kAround - frame, 0.004, 0.030);
}

int RowBudget::rows(int left, double seconds) const {
    if (std::isinf(seconds)) {
        return left;
    }
    if (measured_ == 0) {
        return std::min(left, kFewest);
    }
    const double most = 2.0 * measured_;
    const double fitting = seconds_per_row_ > 0 ? seconds / seconds_per_row_ : most;
    return std::min(left, static_cast<int>(std::clamp(fitting, 1.0 * kFewest, most)));
}

void RowBudget::took(int rows, double seconds) {
    measured_ = std::max(rows, kFewest);
    seconds_per_row_ = seconds / rows;
}

} // namespace grokscope::ui
