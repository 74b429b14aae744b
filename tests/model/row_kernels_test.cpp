#include "engine/model/row_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace grokscope {
namespace {

TEST(RowExponentials, AgreeWithTheLibraryAtEveryLength) {
    std::mt19937 generator(1);
    for (const double spread : {1.0, 30.0, 150.0}) {
        std::normal_distribution<double> normal(0, spread);
        for (std::size_t count = 1; count <= 130; ++count) {
            std::vector<float> row(count);
            for (float& logit : row) {
                logit = static_cast<float>(normal(generator));
            }
            const float largest = *std::max_element(row.begin(), row.end());
            std::vector<double> out(count + 1, -7);
            row_exponentials(row.data(), count, largest, out.data());
            for (std::size_t c = 0; c < count; ++c) {
                const double expected = std::exp(static_cast<double>(row[c]) - largest);
                ASSERT_NEAR(out[c], expected, 4e-16 * expected + 1e-307) << row[c] - largest;
            }
            ASSERT_EQ(out[count], -7); // nothing behind the row
        }
    }
}

TEST(RowExponentials, OfTheLargestAreOneAndFarBelowItZero) {
    const std::vector<float> row{3, 3, -2000, 3, -3e38F, 2};
    std::vector<double> out(row.size());
    row_exponentials(row.data(), row.size(), 3, out.data());
    EXPECT_EQ(out[0], 1);
    EXPECT_EQ(out[3], 1);
    EXPECT_EQ(out[2], 0);
    EXPECT_EQ(out[4], 0);
}

TEST(AddResponses, AddsToEverySumAtEveryLength) {
    for (std::size_t count = 1; count <= 70; ++count) {
        std::vector<float> responses(count);
        for (std::size_t i = 0; i < count; ++i) {
            responses[i] = 0.5F * static_cast<float>(i) - 3;
        }
        std::vector<std::vector<double>> sums(5, std::vector<double>(count + 1));
        for (std::size_t which = 0; which < sums.size(); ++which) {
            for (std::size_t i = 0; i <= count; ++i) {
                sums[which][i] = static_cast<double>(100 * which + i);
            }
        }
        add_responses(
            responses.data(), count,
            {sums[0].data(), sums[1].data(), sums[2].data(), sums[3].data(), sums[4].data()});
        for (std::size_t which = 0; which < sums.size(); ++which) {
            for (std::size_t i = 0; i < count; ++i) {
                const double value = responses[i];
                const double added = which == 4 ? value * value : value;
                ASSERT_EQ(sums[which][i], static_cast<double>(100 * which + i) + added);
            }
            ASSERT_EQ(sums[which][count], static_cast<double>(100 * which + count));
        }
    }
}

} // namespace
} // namespace grokscope
