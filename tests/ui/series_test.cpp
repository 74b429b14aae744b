// The min/max pyramid: what it shows at any zoom, against a plain look at every point.
#include "ui/core/series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Series made_of(const std::vector<double>& values) {
    Series series;
    for (std::size_t i = 0; i < values.size(); ++i) {
        series.append(static_cast<double>(i), values[i]);
    }
    return series;
}

Series random_series(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::vector<double> values(size);
    std::generate(values.begin(), values.end(), [&] { return normal(random); });
    return made_of(values);
}

DecimatedCurve decimated(const Series& series, const SeriesWindow& window) {
    DecimatedCurve curve;
    series.decimate(window, curve);
    return curve;
}

TEST(Series, RefusesToGoBack) {
    Series series;
    series.append(10, 1);
    EXPECT_THROW(series.append(10, 2), std::invalid_argument);
    EXPECT_THROW(series.append(kNan, 2), std::invalid_argument);
    series.append(11, 2);
    EXPECT_EQ(series.size(), 2U);
}

TEST(Series, FindsPointsByEpoch) {
    Series series;
    for (const double x : {0.0, 10.0, 20.0}) {
        series.append(x, x);
    }
    EXPECT_EQ(series.at_or_before(-1), series.size());
    EXPECT_EQ(series.at_or_before(0), 0U);
    EXPECT_EQ(series.at_or_before(19.9), 1U);
    EXPECT_EQ(series.at_or_before(500), 2U);
    EXPECT_EQ(series.nearest(14), 1U);
    EXPECT_EQ(series.nearest(16), 2U);
    EXPECT_EQ(series.nearest(-5), 0U);
    EXPECT_EQ(series.nearest(99), 2U);
}

TEST(Series, ExtentEqualsAPlainSearchOnEveryRange) {
    const Series series = random_series(300, 1);
    for (std::size_t first = 0; first < series.size(); first += 7) {
        for (std::size_t last = first + 1; last <= series.size(); last += 5) {
            const Series::Extent extent = series.extent(first, last);
            const auto [low, high] =
                std::minmax_element(series.y().begin() + first, series.y().begin() + last);
            ASSERT_TRUE(extent.any);
            EXPECT_EQ(series.y()[extent.min_index], *low);
            EXPECT_EQ(series.y()[extent.max_index], *high);
        }
    }
}

TEST(Series, KeepsAOneSampleSpikeAtEveryZoomOfAMillionPoints) {
    constexpr std::size_t kSize = 1'000'000;
    constexpr std::size_t kSpike = 654'321;
    Series series;
    for (std::size_t i = 0; i < kSize; ++i) {
        series.append(static_cast<double>(i),
                      i == kSpike ? 1000.0 : std::sin(static_cast<double>(i) * 0.01));
    }
    for (const AxisScale scale : {AxisScale::kLinear, AxisScale::kLog}) {
        for (double width = 1e6; width > 4; width /= 3) {
            const double low = std::max(static_cast<double>(kSpike) - width / 2,
                                        scale == AxisScale::kLog ? 1.0 : 0.0);
            const SeriesWindow window{low, static_cast<double>(kSpike) + width / 2, 700, scale};
            const DecimatedCurve curve = decimated(series, window);
            const auto spike =
                std::find_if(curve.points.begin(), curve.points.end(),
                             [](const CurvePoint& point) { return point.y == 1000.0; });
            ASSERT_NE(spike, curve.points.end()) << "width " << width;
            EXPECT_EQ(spike->x, static_cast<double>(kSpike));
            EXPECT_LE(curve.points.size(), 4U * 700 + 2);
        }
    }
}

TEST(Series, ShowsTheTrueExtremesOfEveryPixelColumn) {
    const Series series = random_series(20'000, 2);
    const SeriesWindow window{1234, 17'890, 311, AxisScale::kLinear};
    const DecimatedCurve curve = decimated(series, window);
    const double step = (window.x_max - window.x_min) / window.columns;
    for (int column = 0; column < window.columns; ++column) {
        const double left = window.x_min + step * column;
        const double right = left + step;
        double low = kInfinity;
        double high = -kInfinity;
        for (std::size_t i = 0; i < series.size(); ++i) {
            if (series.x()[i] > left && series.x()[i] <= right) {
                low = std::min(low, series.y()[i]);
                high = std::max(high, series.y()[i]);
            }
        }
        double shown_low = kInfinity;
        double shown_high = -kInfinity;
        int vertices = 0;
        for (const CurvePoint& point : curve.points) {
            if (point.x > left && point.x <= right) {
                shown_low = std::min(shown_low, point.y);
                shown_high = std::max(shown_high, point.y);
                ++vertices;
            }
        }
        EXPECT_EQ(shown_low, low) << "column " << column;
        EXPECT_EQ(shown_high, high) << "column " << column;
        EXPECT_LE(vertices, 4);
    }
}

TEST(Series, PointsComeInOrderOfX) {
    const Series series = random_series(5000, 3);
    for (const AxisScale scale : {AxisScale::kLinear, AxisScale::kLog}) {
        const DecimatedCurve curve = decimated(series, {1, 4000, 97, scale});
        ASSERT_GT(curve.points.size(), 100U);
        EXPECT_TRUE(std::is_sorted(
            curve.points.begin(), curve.points.end(),
            [](const CurvePoint& one, const CurvePoint& other) { return one.x < other.x; }));
    }
}

TEST(Series, BucketsLogarithmicEpochsByPixel) {
    // By index the first ninety points would share one bucket; by pixel each has its own.
    const Series series = random_series(10'000, 4);
    const DecimatedCurve curve = decimated(series, {1, 10'000, 2000, AxisScale::kLog});
    for (int epoch = 1; epoch <= 90; ++epoch) {
        EXPECT_TRUE(std::any_of(curve.points.begin(), curve.points.end(),
                                [&](const CurvePoint& point) { return point.x == epoch; }))
            << "epoch " << epoch;
    }
    EXPECT_TRUE(std::all_of(curve.points.begin(), curve.points.end(),
                            [](const CurvePoint& point) { return point.x >= 1; }));
}

TEST(Series, WithFewPointsDrawsEachOfThemOnce) {
    const Series series = made_of({3, 1, 2});
    const DecimatedCurve curve = decimated(series, {-1, 5, 500, AxisScale::kLinear});
    const std::vector<CurvePoint> wanted{{0, 3}, {1, 1}, {2, 2}};
    EXPECT_EQ(curve.points, wanted);
    EXPECT_EQ(curve.starts.size(), 1U);
}

TEST(Series, LinesLeaveThePictureOnBothSides) {
    const Series series = made_of({0, 1, 2, 3, 4, 5, 6, 7});
    const DecimatedCurve curve = decimated(series, {2.5, 4.5, 100, AxisScale::kLinear});
    ASSERT_FALSE(curve.points.empty());
    EXPECT_EQ(curve.points.front().x, 2);
    EXPECT_EQ(curve.points.back().x, 5);
}

TEST(Series, NotANumberIsAGapAndALonePointIsADot) {
    const Series series = made_of({1, 2, kNan, 3, kInfinity, 4, 5});
    const DecimatedCurve curve = decimated(series, {-1, 8, 900, AxisScale::kLinear});
    ASSERT_EQ(curve.starts.size(), 3U);
    EXPECT_EQ(curve.polyline(0).size(), 2U);
    EXPECT_EQ(curve.polyline(1).size(), 1U);
    EXPECT_EQ(curve.polyline(1)[0].y, 3);
    EXPECT_EQ(curve.polyline(2).size(), 2U);
    EXPECT_EQ(series.extent(0, series.size()).max_index, 6U);
}

TEST(Series, AllNotANumberDrawsNothing) {
    const Series series = made_of({kNan, kNan});
    EXPECT_TRUE(decimated(series, {-1, 3, 100, AxisScale::kLinear}).points.empty());
    EXPECT_FALSE(series.extent(0, 2).any);
    EXPECT_TRUE(decimated(Series(), {0, 1, 100, AxisScale::kLinear}).points.empty());
}

TEST(Series, ThirtyTwoCurvesOfTwentyFiveThousandPointsAreQuick) {
    // ui.md 16.11: 8 runs x 25,000 epochs x 4 metrics under 4 ms. The limit here is five times
    // that: this machine's cores may be taken, and a slip to plain scanning would cost far more.
    std::vector<Series> all;
    for (unsigned i = 0; i < 32; ++i) {
        all.push_back(random_series(25'000, i));
    }
    DecimatedCurve curve;
    double best = kInfinity;
    for (int attempt = 0; attempt < 10; ++attempt) {
        const auto begin = std::chrono::steady_clock::now();
        for (const Series& series : all) {
            series.decimate({0, 26'000, 800, AxisScale::kLinear}, curve);
        }
        const std::chrono::duration<double, std::milli> taken =
            std::chrono::steady_clock::now() - begin;
        best = std::min(best, taken.count());
    }
    RecordProperty("milliseconds", std::to_string(best));
#ifdef NDEBUG
    EXPECT_LT(best, 20.0);
#else
    EXPECT_LT(best, 1000.0) << "unoptimised, perhaps instrumented: this only ends what hangs";
#endif
}

TEST(Series, APointFarBeyondTheWindowIsOneStepAway) {
    Series series;
    series.append(0, 1);
    series.append(2'000'000'000, 2);
    DecimatedCurve curve;
    series.decimate({0, 1e-3, 4000, AxisScale::kLinear}, curve); // 2e15 columns away
    EXPECT_EQ(curve.points, (std::vector<CurvePoint>{{0, 1}, {2e9, 2}}));
}

TEST(Series, AWindowTooNarrowForColumnsShowsTheLineThatCrossesIt) {
    // Neighbouring numbers share a logarithm; a column's width is lost beside a large number.
    struct Narrow {
        double at;
        int columns;
        AxisScale scale;
    };
    for (const Narrow narrow :
         {Narrow{83'900'935, 800, AxisScale::kLog}, Narrow{2, 800, AxisScale::kLog},
          Narrow{83'900'935, 800, AxisScale::kLinear},
          Narrow{1'999'999'999, 4000, AxisScale::kLinear}}) {
        Series series;
        for (const double beside : {-20.0, -1.0, 3.0, 20.0}) {
            series.append(narrow.at + beside, beside);
        }
        for (int neighbours = 1; neighbours <= 8; ++neighbours) {
            double end = narrow.at;
            for (int i = 0; i < neighbours; ++i) {
                end = std::nextafter(end, kInfinity);
            }
            const auto curve = decimated(series, {narrow.at, end, narrow.columns, narrow.scale});
            EXPECT_EQ(curve.points,
                      (std::vector<CurvePoint>{{narrow.at - 1, -1}, {narrow.at + 3, 3}}))
                << narrow.at << ' ' << neighbours;
        }
    }
    Series inside;
    inside.append(1, 1);
    inside.append(83'900'935, 2);
    inside.append(83'900'999, 3);
    const double end = std::nextafter(83'900'935, kInfinity);
    EXPECT_EQ(decimated(inside, {83'900'935, end, 800, AxisScale::kLog}).points,
              (std::vector<CurvePoint>{{1, 1}, {83'900'935, 2}, {83'900'999, 3}}));
}

} // namespace
} // namespace grokscope::ui
