#include "engine/analysis/logit_fourier.h"

#include "engine/compute/worker_pool.h"
#include "engine/protocol/frequencies.h"
#include "tests/analysis/ideal_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>

namespace grokscope {
namespace {

class LogitFourier : public testing::TestWithParam<int> {
protected:
    [[nodiscard]] static std::size_t at(int row, int column) {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(GetParam()) +
               static_cast<std::size_t>(column);
    }
    /// C_k and S_k over the pairs, row a*p + b: a unit vector each; S_k only where it is not zero.
    [[nodiscard]] std::vector<std::vector<double>> directions(int k) const {
        const bool alternates = 2 * k == p_;
        std::vector<std::vector<double>> all(alternates ? 1 : 2);
        for (int a = 0; a < p_; ++a) {
            for (int b = 0; b < p_; ++b) {
                const double angle = 2 * std::numbers::pi * k * (a + b) / p_;
                all[0].push_back(std::sqrt(alternates ? 1.0 : 2.0) / p_ * std::cos(angle));
                if (!alternates) {
                    all[1].push_back(std::sqrt(2.0) / p_ * std::sin(angle));
                }
            }
        }
        return all;
    }
    [[nodiscard]] std::vector<int> all_frequencies() const {
        std::vector<int> all(static_cast<std::size_t>(largest_frequency(p_)));
        std::iota(all.begin(), all.end(), 1);
        return all;
    }

    int p_ = GetParam();
    Waves waves_{p_};
    WorkerPool pool_{1};
};

TEST_P(LogitFourier, FoldingEqualsTheDirectProjectionOverAllPairs) {
    const std::vector<float> logits = test::random_logits(p_, 3);
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, p_), pool_);
    for (const int k : {1, largest_frequency(p_)}) {
        std::vector<double> direct(logits.size());
        for (const std::vector<double>& direction : directions(k)) {
            for (int c = 0; c < p_; ++c) {
                double along = 0;
                for (int pair = 0; pair < p_ * p_; ++pair) {
                    along += direction[static_cast<std::size_t>(pair)] * logits[at(pair, c)];
                }
                for (int pair = 0; pair < p_ * p_; ++pair) {
                    direct[at(pair, c)] += direction[static_cast<std::size_t>(pair)] * along;
                }
            }
        }
        const std::vector<double> table = project_logits(folded, waves_, std::array{k});
        double worst = 0;
        for (int pair = 0; pair < p_ * p_; ++pair) {
            const int s = (pair / p_ + pair % p_) % p_;
            for (int c = 0; c < p_; ++c) {
                worst = std::max(worst, std::abs(table[at(s, c)] - direct[at(pair, c)]));
            }
        }
        EXPECT_LT(worst, 1e-9) << "k = " << k;
    }
}

TEST_P(LogitFourier, AllFrequenciesAndTheMeanAreTheMeanOfEachSum) {
    const FoldedLogits folded =
        fold_logits(test::random_logits(p_, 3), GroupIndex(Operation::kAdd, p_), pool_);
    const std::vector<double> table = restrict_logits(folded, waves_, all_frequencies());
    ASSERT_EQ(table.size(), folded.sums.size());
    double worst = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        worst = std::max(worst, std::abs(table[i] - folded.sums[i] / p_));
    }
    EXPECT_LT(worst, 1e-12);
}

TEST_P(LogitFourier, FitOfAllFrequenciesExplainsWhatHangsOnTheDifferenceAlone) {
    std::vector<float> logits;
    for (int a = 0; a < p_; ++a) {
        for (int b = 0; b < p_; ++b) {
            for (int c = 0; c < p_; ++c) {
                const int r = (a + b - c + p_) % p_;
                const int mirrored = std::min(r, p_ - r); // no sine of a+b-c in it
                logits.push_back(static_cast<float>(mirrored * mirrored % 7));
            }
        }
    }
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, p_), pool_);
    const std::vector<double> coefficients = fit_coefficients(folded, waves_);
    EXPECT_NEAR(fit_r_squared(coefficients, folded, all_frequencies()), 1, 1e-12);
    double others = 0;
    for (int c = 1; c < p_; ++c) {
        others += std::exp(static_cast<double>(logits[at(0, c)]) - logits[0]);
    }
    EXPECT_NEAR(fit_loss(coefficients, waves_, all_frequencies()), std::log1p(others), 1e-12);
}

TEST_P(LogitFourier, ProjectionReturnsItsOwnTermOfTheClockAndNothingOfTheOthers) {
    const std::array keys{1, 3};
    const FoldedLogits folded =
        fold_logits(test::ideal_clock_logits(p_, keys), GroupIndex(Operation::kAdd, p_), pool_);
    for (const int k : {1, 2, 3}) {
        const std::vector<double> table = project_logits(folded, waves_, std::array{k});
        const double size = k == 2 ? 0 : 1;
        for (int s = 0; s < p_; ++s) {
            for (int c = 0; c < p_; ++c) {
                ASSERT_NEAR(table[at(s, c)], size * waves_.cosine(k, s - c + p_), 1e-7)
                    << "k = " << k << ", s = " << s << ", c = " << c;
            }
        }
    }
}

TEST_P(LogitFourier, RestrictionAddsTheMeanOfEachClass) {
    std::vector<float> logits(static_cast<std::size_t>(p_) * p_ * p_);
    for (std::size_t i = 0; i < logits.size(); ++i) {
        logits[i] = static_cast<float>(i % static_cast<std::size_t>(p_)); // the class
    }
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, p_), pool_);
    const std::vector<double> table = restrict_logits(folded, waves_, std::array{1, 2});
    for (int s = 0; s < p_; ++s) {
        for (int c = 0; c < p_; ++c) {
            ASSERT_NEAR(table[at(s, c)], c, 1e-10);
        }
    }
}

TEST_P(LogitFourier, FitOfTheClockIsExact) {
    const std::array keys{2, 3};
    const double scale = 2.5;
    const FoldedLogits folded = fold_logits(test::ideal_clock_logits(p_, keys, scale),
                                            GroupIndex(Operation::kAdd, p_), pool_);
    const std::vector<double> coefficients = fit_coefficients(folded, waves_);
    ASSERT_EQ(coefficients.size(), static_cast<std::size_t>(largest_frequency(p_)));
    // <D_k, scale cos> = scale sqrt(2/p^3) p^3/2
    const double expected = scale * std::sqrt(std::pow(p_, 3) / 2);
    for (int k = 1; k <= largest_frequency(p_); ++k) {
        const bool key = k == 2 || k == 3;
        EXPECT_NEAR(coefficients[static_cast<std::size_t>(k - 1)] / expected, key ? 1 : 0, 1e-7);
    }
    EXPECT_NEAR(fit_r_squared(coefficients, folded, keys), 1, 1e-7);
    EXPECT_NEAR(fit_r_squared(coefficients, folded, std::array{2}), 0.5, 1e-7);
    double others = 0;
    for (int r = 1; r < p_; ++r) {
        others += std::exp(scale * (waves_.cosine(2, r) + waves_.cosine(3, r) - 2));
    }
    EXPECT_NEAR(fit_loss(coefficients, waves_, keys), std::log1p(others), 1e-6);
}

TEST_P(LogitFourier, SumsOfSquaresAndVariationAreThoseOfAllEntries) {
    std::vector<float> logits = test::random_logits(p_, 1);
    for (float& logit : logits) {
        logit += 5;
    }
    double mean = 0;
    for (const float logit : logits) {
        mean += logit / static_cast<double>(logits.size());
    }
    double variation = 0;
    for (const float logit : logits) {
        variation += (logit - mean) * (logit - mean);
    }
    EXPECT_NEAR(fold_logits(logits, GroupIndex(Operation::kAdd, p_), pool_).variation() / variation,
                1, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Moduli, LogitFourier, testing::Values(8, 10, 12, 22, 58, 97, 113));

TEST(AlternatingFrequency, IsOneTermOfTheClockWithOneDirection) {
    constexpr int kP = 10;
    const std::array keys{2, 5};
    WorkerPool pool(1);
    const Waves waves(kP);
    const FoldedLogits folded =
        fold_logits(test::ideal_clock_logits(kP, keys), GroupIndex(Operation::kAdd, kP), pool);
    const std::vector<double> table = project_logits(folded, waves, std::array{5});
    for (std::size_t s = 0; s < kP; ++s) {
        for (std::size_t c = 0; c < kP; ++c) {
            ASSERT_NEAR(table[s * kP + c], (s + c) % 2 == 0 ? 1 : -1, 1e-7);
        }
    }
    // The alternating term has twice the energy of another of its size: its cosine is 1 throughout.
    const std::vector<double> coefficients = fit_coefficients(folded, waves);
    EXPECT_NEAR(coefficients[4], std::sqrt(1000.0), 1e-5);
    EXPECT_NEAR(coefficients[1], std::sqrt(500.0), 1e-5);
    EXPECT_NEAR(fit_r_squared(coefficients, folded, std::array{5}), 2.0 / 3, 1e-7);
    EXPECT_NEAR(fit_r_squared(coefficients, folded, keys), 1, 1e-7);
}

TEST(FoldedLogits, BitsDoNotDependOnTheThreads) {
    const std::vector<float> logits = test::random_logits(59, 2);
    WorkerPool one(1);
    WorkerPool three(3);
    const FoldedLogits expected = fold_logits(logits, GroupIndex(Operation::kAdd, 59), one);
    for (int repeat = 0; repeat < 5; ++repeat) {
        const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, 59), three);
        EXPECT_EQ(folded.sums, expected.sums);
        EXPECT_EQ(folded.sum_squares, expected.sum_squares);
    }
}

TEST(FoldedLogits, RefusesAWrongSize) {
    WorkerPool pool(1);
    EXPECT_THROW(static_cast<void>(
                     fold_logits(std::vector<float>(26), GroupIndex(Operation::kAdd, 3), pool)),
                 std::invalid_argument);
}

TEST(LogitFourierFrequencies, MustBeASetBetweenOneAndTheLargest) {
    EXPECT_NO_THROW(require_frequencies(std::array{1, 56}, 113));
    EXPECT_THROW(require_frequencies(std::array{0}, 113), std::invalid_argument);
    EXPECT_THROW(require_frequencies(std::array{57}, 113), std::invalid_argument);
    EXPECT_NO_THROW(require_frequencies(std::array{1, 6}, 12)); // 6 alternates
    EXPECT_THROW(require_frequencies(std::array{7}, 12), std::invalid_argument);
    EXPECT_THROW(require_frequencies(std::array{3, 4, 3}, 113), std::invalid_argument);
}

TEST(FitRSquared, IsMissingForConstantLogits) {
    WorkerPool pool(1);
    const Waves waves(7);
    const FoldedLogits folded =
        fold_logits(std::vector<float>(343), GroupIndex(Operation::kAdd, 7), pool);
    EXPECT_TRUE(std::isnan(fit_r_squared(fit_coefficients(folded, waves), folded, std::array{1})));
}

} // namespace
} // namespace grokscope
