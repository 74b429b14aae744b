// Follow latest, zoom, growth: who may move an axis, and when.
#include "ui/core/plot_axes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace grokscope::ui {
namespace {

TEST(EpochAxis, FollowsTheWholeRecordUntilTheUserMovesIt) {
    EpochAxis axis;
    follow_data(axis, 1000);
    EXPECT_EQ(axis.min, 0);
    EXPECT_GT(axis.max, 1000);
    EXPECT_LT(axis.max, 1100);
    take_user_epochs(axis, 200, 600);
    follow_data(axis, 5000);
    EXPECT_EQ(axis.min, 200);
    EXPECT_EQ(axis.max, 600);
    EXPECT_FALSE(axis.follow);
}

TEST(EpochAxis, EndKeepsTheUsersWidthAndTracksTheRightEdge) {
    ViewState view;
    take_user_epochs(view.settings.epoch_axis, 200, 600);
    view.follow_latest();
    follow_data(view.settings.epoch_axis, 5000);
    EXPECT_DOUBLE_EQ(view.settings.epoch_axis.max - view.settings.epoch_axis.min, 400);
    EXPECT_GT(view.settings.epoch_axis.max, 5000);
    EXPECT_LT(view.settings.epoch_axis.min, 5000);
    follow_data(view.settings.epoch_axis, 5100);
    EXPECT_GT(view.settings.epoch_axis.max, 5100);
    EXPECT_DOUBLE_EQ(view.settings.epoch_axis.max - view.settings.epoch_axis.min, 400);
}

TEST(EpochAxis, HomeShowsTheWholeRecordAndLeavesFollowingAsItIs) {
    EpochAxis axis;
    take_user_epochs(axis, 200, 600);
    fit_epochs(axis, 3000);
    EXPECT_EQ(axis.min, 0);
    EXPECT_GT(axis.max, 3000);
    EXPECT_FALSE(axis.follow);
}

TEST(EpochAxis, LogarithmicEpochsBeginAtOne) {
    EpochAxis axis;
    set_log(axis, true);
    follow_data(axis, 1000);
    EXPECT_EQ(axis.min, 1);
    EXPECT_GT(axis.max, 1000);
    fit_epochs(axis, 0);
    EXPECT_EQ(axis.min, 1);
    EXPECT_GT(axis.max, 10);
}

TEST(EpochAxis, AYoungRecordIsNotStretched) {
    EpochAxis axis;
    follow_data(axis, 0);
    EXPECT_GE(axis.max, 200);
}

TEST(EpochTicks, AreRoundAndFarEnoughApart) {
    EXPECT_EQ(epoch_ticks(0, 1000, 800, 80),
              (std::vector<double>{0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000}));
    EXPECT_EQ(epoch_ticks(130, 1100, 800, 300), (std::vector<double>{500, 1000}));
    EXPECT_EQ(epoch_ticks(0, 3, 800, 80), (std::vector<double>{0, 1, 2, 3})) << "no half epochs";
    for (double width = 10; width < 1e6; width *= 1.7) {
        const std::vector<double> ticks = epoch_ticks(7, 7 + width, 600, 70);
        ASSERT_GE(ticks.size(), 1U) << width;
        EXPECT_LE(ticks.size(), 600 / 70 + 1U);
    }
}

TEST(TimeTicks, DivideTheClock) {
    EXPECT_EQ(time_ticks(0, 250, 416, 76), (std::vector<double>{0, 60, 120, 180, 240}));
    EXPECT_EQ(time_ticks(0, 60, 800, 76), (std::vector<double>{0, 10, 20, 30, 40, 50, 60}));
    EXPECT_EQ(time_ticks(100, 4000, 800, 200), (std::vector<double>{1800, 3600}));
    EXPECT_EQ(time_ticks(0, 4e5, 800, 200), (std::vector<double>{0, 108000, 216000, 324000}));
    EXPECT_EQ(time_ticks(0, 3, 800, 76), (std::vector<double>{0, 1, 2, 3})) << "no half seconds";
}

TEST(ValueAxis, GrowsWithTheDataAndNeverShrinksByItself) {
    ValueAxis axis;
    Series series;
    series.append(0, 5);
    grow_to(axis, series);
    EXPECT_GT(axis.max, 5);
    EXPECT_LE(axis.min, 5);
    series.append(1, 1e-6);
    grow_to(axis, series);
    EXPECT_LE(axis.min, 1e-6);
    const double low = axis.min;
    const double high = axis.max;
    Series calm;
    calm.append(0, 1);
    grow_to(axis, calm);
    EXPECT_EQ(axis.min, low);
    EXPECT_EQ(axis.max, high);
}

TEST(ValueAxis, StaysWhereTheUserPutItUntilRefitted) {
    ValueAxis axis;
    axis.user = true;
    axis.min = 0.5;
    axis.max = 2;
    Series series;
    series.append(0, 100);
    grow_to(axis, series);
    EXPECT_EQ(axis.max, 2);
    refit(axis);
    grow_to(axis, series);
    EXPECT_GT(axis.max, 100);
    EXPECT_GT(axis.min, 2) << "refitting forgets what was shown before";
}

TEST(ValueAxis, ZerosDoNotWreckALogarithmicScale) {
    ValueAxis axis;
    Series series;
    series.append(0, 0.0);
    series.append(1, 3);
    grow_to(axis, series);
    EXPECT_GE(axis.min, kLogFloor / 20);
    EXPECT_LT(axis.max, 10);
}

TEST(ValueAxis, SwitchingToLinearFitsAnew) {
    ViewState view;
    toggle_log_values(view);
    EXPECT_FALSE(view.loss_axis.log);
    Series series;
    series.append(0, 4);
    series.append(1, 20);
    grow_to(view.loss_axis, series);
    EXPECT_EQ(view.loss_axis.min, 0);
    EXPECT_GT(view.loss_axis.max, 20);
    EXPECT_LT(view.loss_axis.max, 25);
}

TEST(LogTicks, ArePowersOfTenAndMoreWhereThereIsRoom) {
    const auto near = [](const std::vector<double>& ticks, const std::vector<double>& wanted) {
        ASSERT_EQ(ticks.size(), wanted.size());
        for (std::size_t i = 0; i < ticks.size(); ++i) {
            EXPECT_NEAR(ticks[i] / wanted[i], 1, 1e-9);
        }
    };
    near(log_ticks(1e-3, 20, 150, 26), {1e-3, 1e-2, 0.1, 1, 10});
    near(log_ticks(1e-8, 50, 100, 26), {1e-6, 1e-3, 1}); // every third
    near(log_ticks(0.9, 11.28, 200, 26), {1, 2, 5, 10});
    near(log_ticks(1.1, 1.4, 200, 40), {1.1, 1.2, 1.3, 1.4});
    for (double high = 1.01; high < 1e9; high *= 1.7) {
        EXPECT_GE(log_ticks(1, high, 150, 26).size(), 2U) << high;
        EXPECT_LE(log_ticks(1, high, 150, 26).size(), 7U) << high;
    }
}

TEST(Ticks, AreFewWhateverTheRange) {
    const double infinite = std::numeric_limits<double>::infinity();
    const double none = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> odd{none,   -infinite, infinite, -1.7e308, 1.7e308, -1,       0,
                                  5e-324, 1e-300,    1e-10,    1,        1e17,    1e17 + 64};
    for (const double low : odd) {
        for (const double high : odd) {
            EXPECT_LT(log_ticks(low, high, 400, 26).size(), 100U) << low << " " << high;
            EXPECT_LT(epoch_ticks(low, high, 1000, 76).size(), 100U) << low << " " << high;
            EXPECT_LT(time_ticks(low, high, 1000, 76).size(), 100U) << low << " " << high;
        }
    }
    EXPECT_EQ(log_ticks(1e-10, 1e300, 310, 26).size(), 12U) << "every 26th power";
    EXPECT_TRUE(log_ticks(1, infinite, 400, 26).empty());
    EXPECT_TRUE(log_ticks(3, 3, 400, 26).empty());
}

TEST(ValueAxis, StaysFiniteForTheLargestOfAllFigures) {
    for (const bool log : {true, false}) {
        for (const double figure : {1.7e308, -1.7e308, 5e-324, 0.0, -1.0}) {
            ValueAxis axis{.log = log};
            Series series;
            series.append(0, figure);
            series.append(1, 1);
            grow_to(axis, series);
            EXPECT_TRUE(std::isfinite(axis.max - axis.min)) << figure;
            EXPECT_LT(axis.min, axis.max) << figure;
            EXPECT_GE(axis.max, std::min(figure, kLargestValue)) << figure;
        }
    }
}

} // namespace
} // namespace grokscope::ui
