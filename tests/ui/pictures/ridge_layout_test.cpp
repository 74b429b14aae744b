#include "ui/scene/ridge_layout.h"

#include "ui/scene/amplitude.h"
#include "ui/scene/ridge_curve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr Margins kMargins{40, 30, 20, 50};

TEST(RidgeLayout, RowsKeepTheirOrderAndStayInsideAtAnyTilt) {
    for (const float tilt : {-3.0F, 0.0F, 0.5F, 1.0F, 9.0F}) {
        for (const float shear : {-5.0F, -1.0F, 0.0F, 0.3F, 1.0F, 5.0F}) {
            const RidgeLayout layout = lay_out_ridges({600, 400}, kMargins, 56, 128, tilt, shear);
            EXPECT_LT(layout.step.y, 0);
            EXPECT_GT(layout.across, 0);
            EXPECT_GT(layout.height, 0);
            for (const float place : {0.0F, 127.0F}) {
                const PicturePoint left = layout.at(1, place, 0);
                const PicturePoint right = layout.at(56, place, 0);
                EXPECT_GE(left.x, 40 - 0.01F);
                EXPECT_LE(right.x, 570 + 0.01F);
                EXPECT_GE(left.y, 50 - 0.01F);
                EXPECT_LE(left.y, 380 + 0.01F);
            }
            // The oldest row is at the back, which is up.
            EXPECT_GT(layout.at(1, 0, 0).y, layout.at(1, 127, 0).y);
        }
    }
}

TEST(FitHeight, NoRowLeavesThePictureAndTheTallestNearlyReachesItsLimit) {
    for (const WavetableScale scale :
         {WavetableScale::kLinear, WavetableScale::kDecibel, WavetableScale::kShape}) {
        SpectrumRows rows(56, 64);
        for (int i = 0; i < 64; ++i) {
            std::vector<float> row(56, 1.4F);
            row[13] = 1.4F + 0.04F * static_cast<float>(i);
            rows.append(20 * i, row);
        }
        RidgeLayout layout = lay_out_ridges({600, 400}, kMargins, 56, 64, 0.5F, 0.25F);
        fit_height(layout, kMargins, rows, 4, scale);
        float highest = 0;
        for (int row = 0; row < 64; ++row) {
            const float value = rows.row(row)[13];
            highest = std::max(
                highest,
                layout.at(14, static_cast<float>(row), height_of(value, value, 4, scale)).y);
        }
        EXPECT_LE(highest, 380 + 0.01F);
        EXPECT_GT(highest, 300);
    }
}

TEST(RidgeCapacity, IsAMultipleOf32From64To512) {
    EXPECT_EQ(ridge_capacity({600, 100}, kMargins, 0.5F, 2), 64);
    EXPECT_EQ(ridge_capacity({600, 4000}, kMargins, 0.5F, 2), 512);
    EXPECT_EQ(ridge_capacity({600, 600}, kMargins, 0.5F, 2) % 32, 0);
}

TEST(PickRidge, FindsThePeakThatHidesTheRowsBehindIt) {
    SpectrumRows rows(56, 64);
    for (int i = 0; i < 64; ++i) {
        std::vector<float> row(56, 0.1F);
        row[13] = i == 40 ? 4.0F : 0.1F;
        rows.append(20 * i, row);
    }
    const RidgeLayout layout = lay_out_ridges({600, 400}, kMargins, 56, 64, 0.5F, 0.25F);
    const PicturePoint peak = layout.at(14, 40, 0.97F);
    const auto hit = pick_ridge(layout, rows, 4, WavetableScale::kLinear, peak);
    ASSERT_TRUE(hit.has_value());
    EXPECT_EQ(hit->row, 40);
    EXPECT_EQ(hit->frequency, 14);
    // Each row on its own line, away from the peak.
    for (int row = 0; row < 64; ++row) {
        const PicturePoint point = layout.at(50, static_cast<float>(row), 0.1F / 4);
        const auto flat = pick_ridge(layout, rows, 4, WavetableScale::kLinear, point);
        ASSERT_TRUE(flat.has_value()) << row;
        EXPECT_NEAR(flat->row, row, 1) << row;
        EXPECT_EQ(flat->frequency, 50);
    }
    EXPECT_FALSE(pick_ridge(layout, rows, 4, WavetableScale::kLinear, {300, 395}).has_value());
    EXPECT_FALSE(pick_ridge(layout, rows, 4, WavetableScale::kLinear, {5, 100}).has_value());
    EXPECT_FALSE(pick_ridge(layout, rows, 4, WavetableScale::kLinear, {300, 5}).has_value());
}

TEST(PickRidge, FindsNothingWithoutRows) {
    const SpectrumRows rows(56, 64);
    const RidgeLayout layout = lay_out_ridges({600, 400}, kMargins, 56, 32, 0.5F, 0.25F);
    EXPECT_FALSE(pick_ridge(layout, rows, 1, WavetableScale::kLinear, {300, 200}).has_value());
}

TEST(RidgeCurve, PassesThroughEveryValueAndNeverOvershoots) {
    const std::vector<float> values{0.2F, 0.9F, 0.1F, 0.1F, 3.9F, 0.2F, 0.3F};
    std::vector<float> curve;
    append_curve(values, 4, 4, WavetableScale::kLinear, curve);
    ASSERT_EQ(curve.size(), static_cast<std::size_t>(curve_points(7, 4)));
    for (std::size_t k = 0; k < values.size(); ++k) {
        EXPECT_NEAR(curve[4 * k], values[k] / 4, 1e-6);
    }
    for (std::size_t k = 0; k + 1 < values.size(); ++k) {
        const auto [low, high] = std::minmax(values[k], values[k + 1]);
        for (std::size_t step = 0; step <= 4; ++step) {
            EXPECT_GE(curve[4 * k + step], low / 4 - 1e-6F);
            EXPECT_LE(curve[4 * k + step], high / 4 + 1e-6F);
        }
    }
}

TEST(HeightOf, FollowsTheThreeScales) {
    EXPECT_FLOAT_EQ(height_of(2, 2.5F, 4, WavetableScale::kLinear), 0.5F);
    EXPECT_FLOAT_EQ(height_of(9, 9, 4, WavetableScale::kLinear), 1.0F);
    EXPECT_FLOAT_EQ(height_of(2, 2.5F, 4, WavetableScale::kShape), 0.8F);
    EXPECT_NEAR(height_of(0.4F, 4, 4, WavetableScale::kDecibel), 0.5F, 1e-6); // -20 of 40 dB
    EXPECT_FLOAT_EQ(height_of(0, 0, 4, WavetableScale::kDecibel), 0.0F);
    EXPECT_FLOAT_EQ(height_of(0, 0, 4, WavetableScale::kShape), 0.0F);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const WavetableScale scale :
         {WavetableScale::kLinear, WavetableScale::kDecibel, WavetableScale::kShape}) {
        EXPECT_EQ(height_of(nan, nan, 4, scale), 0.0F);
        EXPECT_EQ(height_of(-1, 2, 4, scale), 0.0F);
    }
}

} // namespace
} // namespace grokscope::ui
