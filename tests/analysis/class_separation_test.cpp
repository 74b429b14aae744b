// Distances between and within classes, by hand and for noise.
#include "engine/analysis/class_separation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

namespace grokscope {
namespace {

TEST(ClassSeparation, IsBetweenOverWithin) {
    // Means (0,0), (3,4), (0,8): distances 5, 8, 5; every row is 1 from its mean.
    const std::vector<float> features = {-1, 0, 1, 0, 3, 3, 3, 5, 0, 7, 0, 9};
    const std::vector<std::uint16_t> labels = {0, 0, 1, 1, 2, 2};
    EXPECT_NEAR(class_separation(features, 2, labels, 3), 6.0, 1e-9);
    EXPECT_NEAR(class_separation(features, 2, labels, 9), 6.0, 1e-9); // six classes without rows
}

TEST(Ildr, IsTheRatioOfTheSquares) {
    // Means (0,0), (3,4), (0,8): squared distances 25, 64, 25; every row is 1 from its mean. The
    // first class has four rows: each class counts once, whatever the number of its rows.
    const std::vector<float> features = {-1, 0, 1, 0, 0, -1, 0, 1, 3, 3, 3, 5, 0, 7, 0, 9};
    const std::vector<std::uint16_t> labels = {0, 0, 0, 0, 1, 1, 2, 2};
    EXPECT_NEAR(ildr(features, 2, labels, 3), 38.0, 1e-6);
    EXPECT_NEAR(ildr(features, 2, labels, 9), 38.0, 1e-6); // six classes without rows
    const std::vector<float> wider = {-1, 0, 1, 0, 0, -1, 0, 1, 3, 2, 3, 6, 0, 7, 0, 9};
    EXPECT_NEAR(ildr(wider, 2, labels, 3), 38.0 / 2, 1e-6); // widths 1, 4, 1
}

TEST(Ildr, NoiseGivesTwoOverTheRowsLessOne) {
    std::mt19937 generator(5);
    std::normal_distribution<float> normal;
    std::vector<float> features;
    std::vector<std::uint16_t> labels;
    for (std::uint16_t c = 0; c < 97; ++c) {
        for (int row = 0; row < 15; ++row) {
            labels.push_back(c);
            for (int i = 0; i < 128; ++i) {
                features.push_back(normal(generator));
            }
        }
    }
    EXPECT_NEAR(ildr(features, 128, labels, 97), 2.0 / 14, 2e-3);
}

TEST(ClassSeparation, NoiseGivesWhatTheDefinitionPredicts) {
    // 113 classes of 79 rows of noise in 128 dimensions: about 0.16 (science.md 6.5).
    std::mt19937 generator(4);
    std::normal_distribution<float> normal;
    std::vector<float> features;
    std::vector<std::uint16_t> labels;
    for (std::uint16_t c = 0; c < 113; ++c) {
        for (int row = 0; row < 79; ++row) {
            labels.push_back(c);
            for (int i = 0; i < 128; ++i) {
                features.push_back(normal(generator));
            }
        }
    }
    EXPECT_NEAR(class_separation(features, 128, labels, 113), std::sqrt(2.0 / 79), 3e-3);
}

TEST(ClassSeparation, OneClassHasNothingToBeFarFrom) {
    EXPECT_TRUE(std::isnan(
        class_separation(std::vector<float>{1, 2}, 1, std::vector<std::uint16_t>{0, 0}, 1)));
}

TEST(ClassSeparation, RefusesWhatDoesNotFit) {
    const std::vector<float> features(6);
    EXPECT_THROW((void)class_separation(features, 4, std::vector<std::uint16_t>{0, 1}, 2),
                 std::invalid_argument);
    EXPECT_THROW((void)class_separation(features, 3, std::vector<std::uint16_t>{0, 2}, 2),
                 std::invalid_argument);
}

} // namespace
} // namespace grokscope
