// What of a turn a film may take, against made-up costs of rows and frames.
#include "ui/core/row_budget.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace grokscope::ui {
namespace {

TEST(FilmShare, LeavesTheWindowAFifteenthOfASecondATurn) {
    for (const double frame : {0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.056}) {
        EXPECT_LE(frame + film_share(frame), 1.0 / 15 - 0.005) << frame;
    }
    EXPECT_DOUBLE_EQ(film_share(0.001), 0.030) << "events are looked at 30 times a second";
    EXPECT_DOUBLE_EQ(film_share(1), 0.004) << "a film comes to its end on any machine";
}

/// A picture whose row y costs cost(y), and `call` each time: what the parts of it took.
template <typename Cost>
std::vector<double> parts(int height, double seconds, double call, Cost cost) {
    RowBudget budget;
    std::vector<double> took;
    for (int y = 0; y < height;) {
        const int rows = budget.rows(height - y, seconds);
        double spent = call;
        for (const int end = y + rows; y < end; ++y) {
            spent += cost(y);
        }
        budget.took(rows, spent);
        took.push_back(spent);
    }
    return took;
}

TEST(RowBudget, NoPartTakesLongerThanItMayOnceRowsCostAlike) {
    for (const double row : {1e-6, 50e-6, 200e-6, 1e-3}) {
        const auto took = parts(2056, 0.030, 0.001, [&](int) { return row; });
        EXPECT_LE(*std::ranges::max_element(took), 0.0315) << row;
        const double whole = 2056 * row;
        EXPECT_LE(static_cast<double>(took.size()), 8 + 1.3 * whole / 0.030)
            << row << ": parts are as large as may be";
    }
}

TEST(RowBudget, ADearPartOfAPictureIsOvershotOnceAndByTwoPartsAtMost) {
    const auto took = parts(2000, 0.030, 0, [](int y) { return y < 1000 ? 50e-6 : 200e-6; });
    EXPECT_EQ(std::ranges::count_if(took, [](double spent) { return spent > 0.0315; }), 1);
    EXPECT_LE(*std::ranges::max_element(took), 0.120 + 1e-9);
}

TEST(RowBudget, DrawsAllAtOnceWhereNobodyWaits) {
    const RowBudget budget;
    EXPECT_EQ(budget.rows(2056, std::numeric_limits<double>::infinity()), 2056);
    EXPECT_EQ(budget.rows(7, 0.030), 7) << "no more than there are";
    EXPECT_EQ(budget.rows(700, 0.030), RowBudget::kFewest);
}

} // namespace
} // namespace grokscope::ui
