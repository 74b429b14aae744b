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

TEST(AddResponses, GoIntoEverySumAtEveryShape) {
    std::mt19937 generator(2);
    std::uniform_int_distribution<int> whole(-50, 50); // so that sums are exact in any order
    for (const int p : {3, 4, 5, 7, 12, 31}) {
        for (const std::size_t count : {1, 3, 8, 13, 37, 64}) {
            const std::size_t neurons = count + 5;
            const std::size_t width = count + 3;
            const auto n = static_cast<std::size_t>(p);
            std::vector<float> responses(n * n * neurons);
            for (float& response : responses) {
                response = 0.25F * static_cast<float>(whole(generator));
            }
            std::vector<double> expected(n * kResponseSums * width, 7);
            std::vector<double> sums = expected;
            std::vector<double> expected_squares(width, 9);
            std::vector<double> squares = expected_squares;
            for (std::size_t a = 0; a < n; ++a) {
                for (std::size_t b = 0; b < n; ++b) {
                    for (std::size_t i = 0; i < count; ++i) {
                        const double value = responses[(a * n + b) * neurons + i];
                        expected[(a * kResponseSums + 0) * width + i] += value;
                        expected[(b * kResponseSums + 1) * width + i] += value;
                        expected[((a + b) % n * kResponseSums + 2) * width + i] += value;
                        expected[((n + a - b) % n * kResponseSums + 3) * width + i] += value;
                        expected_squares[i] += value * value;
                    }
                }
            }
            const ResponseGrid grid{p, neurons, count, width};
            for (int first = 0; first < p;) { // in pieces of 1, 2, 4, 8, ... numbers
                const int numbers = std::min(first + 1, p - first);
                add_responses(&responses[static_cast<std::size_t>(first) * n * neurons], grid,
                              first, numbers, sums.data(), squares.data());
                first += numbers;
            }
            ASSERT_EQ(sums, expected) << "p = " << p << ", " << count << " neurons";
            ASSERT_EQ(squares, expected_squares) << "p = " << p << ", " << count << " neurons";
        }
    }
}

} // namespace
} // namespace grokscope
