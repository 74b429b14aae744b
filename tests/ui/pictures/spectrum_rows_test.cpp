#include "ui/scene/spectrum_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

namespace grokscope::ui {
namespace {

TEST(SpectrumRows, KeepsEveryPeakHoweverOftenItMerges) {
    SpectrumRows rows(5, 64);
    constexpr int kRecords = 1250;
    float largest = 0;
    for (int i = 0; i < kRecords; ++i) {
        // One record in 97 has a spike that skipping would lose.
        const float spike = i % 97 == 40 ? 10.0F + static_cast<float>(i) : 0.5F;
        rows.append(20 * i, std::vector<float>{0.1F, spike, 0.2F, static_cast<float>(i % 7), 0.3F});
        largest = std::max(largest, spike);
    }
    EXPECT_EQ(rows.records(), 1250U);
    EXPECT_LE(rows.count(), 64);
    EXPECT_EQ(rows.stride(), 32); // 1,250 records in at most 64 rows
    EXPECT_EQ(rows.merges(), 5U);
    EXPECT_EQ(rows.largest(), largest);
    for (int i = 40; i < kRecords; i += 97) {
        EXPECT_GE(rows.row(rows.row_of_record(static_cast<std::size_t>(i)))[1],
                  10.0F + static_cast<float>(i));
    }
}

TEST(SpectrumRows, EachRowIsTheMaximumOfExactlyItsRecords) {
    SpectrumRows rows(2, 4);
    std::vector<float> first;
    for (int i = 0; i < 23; ++i) {
        first.push_back(std::abs(std::sin(static_cast<float>(i * i))));
        rows.append(10 * i, std::vector<float>{first.back(), 1.0F});
    }
    EXPECT_EQ(rows.stride(), 8);
    ASSERT_EQ(rows.count(), 3);
    EXPECT_EQ(rows.full_count(), 2);
    for (int row = 0; row < rows.count(); ++row) {
        const int from = row * 8;
        const int to = std::min(from + 8, 23);
        EXPECT_EQ(rows.first_epoch(row), 10 * from);
        EXPECT_EQ(rows.last_epoch(row), 10 * (to - 1));
        EXPECT_EQ(rows.row(row)[0], *std::max_element(first.begin() + from, first.begin() + to));
    }
}

TEST(SpectrumRows, CountsWhatIsNotANumberAsNothing) {
    SpectrumRows rows(3, 8);
    rows.append(0, std::vector<float>{std::numeric_limits<float>::quiet_NaN(),
                                      std::numeric_limits<float>::infinity(), 2.0F});
    EXPECT_EQ(rows.row(0)[0], 0.0F);
    EXPECT_EQ(rows.row(0)[1], 0.0F);
    EXPECT_EQ(rows.largest(), 2.0F);
}

TEST(SpectrumRows, RefusesWrongShapes) {
    EXPECT_THROW(SpectrumRows(1, 64), std::invalid_argument);
    EXPECT_THROW(SpectrumRows(5, 7), std::invalid_argument);
    SpectrumRows rows(5, 8);
    EXPECT_THROW(rows.append(0, std::vector<float>{1, 2}), std::invalid_argument);
}

TEST(SlotsFor, GrowsByHalvesAndThirdsUpToTheCapacity) {
    EXPECT_EQ(slots_for(0, 512), 32);
    EXPECT_EQ(slots_for(32, 512), 32);
    EXPECT_EQ(slots_for(33, 512), 48);
    EXPECT_EQ(slots_for(49, 512), 64);
    EXPECT_EQ(slots_for(65, 512), 96);
    EXPECT_EQ(slots_for(300, 512), 384);
    EXPECT_EQ(slots_for(500, 512), 512);
    EXPECT_EQ(slots_for(90, 96), 96);
}

TEST(RulerInterval, IsAThousandForUsualRunsAndElseRound) {
    EXPECT_EQ(ruler_interval(5120), 1000);
    EXPECT_EQ(ruler_interval(25000), 1000);
    EXPECT_EQ(ruler_interval(640), 100);
    EXPECT_EQ(ruler_interval(100000), 10000);
    for (double epochs = 50; epochs < 1e6; epochs *= 1.3) {
        const auto interval = ruler_interval(epochs);
        EXPECT_LE(epochs / interval, interval == 1000 ? 30.0 : 10.0) << epochs;
        EXPECT_GE(epochs / interval, 3.0) << epochs;
    }
}

TEST(RulerInterval, EndsForEpochsBeyondAllMeasure) {
    EXPECT_EQ(ruler_interval(1e300), 1'000'000'000);
    EXPECT_EQ(ruler_interval(std::numeric_limits<double>::infinity()), 1'000'000'000);
    EXPECT_EQ(ruler_interval(std::numeric_limits<double>::quiet_NaN()), 10);
    EXPECT_EQ(named_interval(1'000'000'000, 0, 15), std::numeric_limits<std::int32_t>::max());
    EXPECT_EQ(named_interval(1000, 4, 15), 5000);
}

TEST(NamedRulers, KeepTheirNamesApart) {
    EXPECT_EQ(named_rulers(20, 15), 1);
    EXPECT_EQ(named_rulers(10, 15), 2);
    EXPECT_EQ(named_rulers(5, 15), 5);
    EXPECT_EQ(named_rulers(2, 15), 10);
    EXPECT_EQ(named_rulers(1, 15), 20);
    EXPECT_GT(named_rulers(0, 15), 1000); // and it ends
}

TEST(SpectrumRows, MergesOnRequestAndGoesOn) {
    SpectrumRows merged(2, 64);
    const auto value = [](int i) { return std::abs(std::sin(static_cast<float>(i * i))); };
    for (int i = 0; i < 11; ++i) {
        merged.append(10 * i, std::vector<float>{value(i), 1.0F});
    }
    merged.merge_to(4);
    EXPECT_EQ(merged.stride(), 4);
    ASSERT_EQ(merged.count(), 3);
    EXPECT_EQ(merged.full_count(), 2); // the third holds three
    for (int i = 11; i < 22; ++i) {
        merged.append(10 * i, std::vector<float>{value(i), 1.0F});
    }
    merged.merge_to(2); // is fine enough already
    ASSERT_EQ(merged.count(), 6);
    EXPECT_EQ(merged.full_count(), 5);
    for (int row = 0; row < 6; ++row) {
        float largest = 0;
        for (int i = 4 * row; i < std::min(4 * row + 4, 22); ++i) {
            largest = std::max(largest, value(i));
        }
        EXPECT_EQ(merged.row(row)[0], largest) << row;
        EXPECT_EQ(merged.first_epoch(row), 40 * row);
        EXPECT_EQ(merged.last_epoch(row), 10 * (std::min(4 * row + 4, 22) - 1));
    }
}

TEST(RoundUp, GivesTheNextRoundNumber) {
    EXPECT_FLOAT_EQ(round_up(0.9F), 1);
    EXPECT_FLOAT_EQ(round_up(1.0F), 1);
    EXPECT_FLOAT_EQ(round_up(3.1F), 4);
    EXPECT_FLOAT_EQ(round_up(0.0312F), 0.04F);
    EXPECT_FLOAT_EQ(round_up(9.0F), 10);
    EXPECT_FLOAT_EQ(round_up(0), 1);
    EXPECT_FLOAT_EQ(round_up(-3), 1);
    EXPECT_FLOAT_EQ(round_up(std::numeric_limits<float>::quiet_NaN()), 1);
}

} // namespace
} // namespace grokscope::ui
