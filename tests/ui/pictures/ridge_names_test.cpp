// The axis of epochs beside the ridges reads in order, clear of what is drawn.
#include "ui/scene/ridge_names.h"

#include "ui/scene/amplitude.h"

#include <gtest/gtest.h>

#include <vector>

namespace grokscope::ui {
namespace {

constexpr Margins kMargins{60, 40, 20, 50};
constexpr int kRows = 64;
constexpr float kLine = 13;

/// Noise from `first` at the oldest row to `last` at the newest; the first frequency is `ridge`
/// times as strong.
SpectrumRows spectra(float first, float last, float ridge = 1) {
    SpectrumRows rows(56, kRows);
    for (int i = 0; i < kRows; ++i) {
        const float noise = first + (last - first) * static_cast<float>(i) / (kRows - 1);
        std::vector<float> row(56, noise);
        row[0] *= ridge;
        row[30] = 4;
        rows.append(20 * i, row);
    }
    return rows;
}

struct Fixture {
    SpectrumRows rows;
    RidgeLayout layout = lay_out_ridges({600, 400}, kMargins, 56, kRows, 0.5F, 0.25F);
    RidgeNames names{layout, rows, 4, WavetableScale::kLinear, true};
};

TEST(RidgeNames, StandAtTheLinesOfRowsWhoseNoiseFades) {
    const Fixture fixture{spectra(1.6F, 0.2F)};
    for (const int row : {0, 20, 63}) {
        const float noise = fixture.rows.row(row)[5];
        const float line =
            fixture.layout
                .at(1, static_cast<float>(row), height_of(noise, 4, 4, WavetableScale::kLinear))
                .y;
        EXPECT_NEAR(fixture.names.at(row, kLine).y, line, 0.01F);
    }
}

TEST(RidgeNames, KeepTheOrderOfRowsWhoseNoiseGrows) {
    const Fixture fixture{spectra(0.4F, 3.6F)};
    for (int row = 1; row < kRows; ++row) {
        const float above = fixture.names.at(row - 1, kLine).y;
        EXPECT_GE(above - fixture.names.at(row, kLine).y, -fixture.layout.step.y - 0.01F)
            << "row " << row;
    }
}

TEST(RidgeNames, StandClearOfRowsInFrontThatRiseBesideThem) {
    const Fixture fixture{spectra(0.4F, 0.4F, 8)};
    for (const int row : {0, 20, 63}) {
        const PicturePoint place = fixture.names.at(row, kLine);
        for (int front = row; front < kRows; ++front) {
            const float height = height_of(3.2F, 4, 4, WavetableScale::kLinear);
            const PicturePoint end = fixture.layout.at(1, static_cast<float>(front), height);
            if (end.y > place.y - kLine / 2) {
                EXPECT_LE(place.x, end.x + 0.01F) << "row " << row << " behind " << front;
            }
        }
    }
}

} // namespace
} // namespace grokscope::ui
