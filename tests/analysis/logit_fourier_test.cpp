#include "engine/analysis/logit_fourier.h"

#include "engine/analysis/spectrum.h"
#include "engine/compute/worker_pool.h"
#include "tests/analysis/ideal_clock.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace grokscope {
namespace {

class LogitFourier : public testing::TestWithParam<int> {
protected:
    [[nodiscard]] static std::size_t at(int row, int column) {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(GetParam()) +
               static_cast<std::size_t>(column);
    }
    /// C_k and S_k over the pairs, row a*p + b.
    [[nodiscard]] std::array<std::vector<double>, 2> directions(int k) const {
        std::array<std::vector<double>, 2> both;
        for (int a = 0; a < p_; ++a) {
            for (int b = 0; b < p_; ++b) {
                both[0].push_back(std::sqrt(2.0) / p_ * waves_.cosine(k, a + b));
                both[1].push_back(std::sqrt(2.0) / p_ * waves_.sine(k, a + b));
            }
        }
        return both;
    }

    int p_ = GetParam();
    Waves waves_{p_};
    WorkerPool pool_{1};
};

TEST_P(LogitFourier, FoldingEqualsTheDirectProjectionOverAllPairs) {
    const std::vector<float> logits = test::random_logits(p_, 3);
    const FoldedLogits folded = fold_logits(logits, p_, pool_);
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

TEST_P(LogitFourier, ProjectionReturnsItsOwnTermOfTheClockAndNothingOfTheOthers) {
    const std::array keys{1, 3};
    const FoldedLogits folded = fold_logits(test::ideal_clock_logits(p_, keys), p_, pool_);
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
    const FoldedLogits folded = fold_logits(logits, p_, pool_);
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
    const FoldedLogits folded = fold_logits(test::ideal_clock_logits(p_, keys, scale), p_, pool_);
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
    EXPECT_NEAR(fold_logits(logits, p_, pool_).variation() / variation, 1, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Moduli, LogitFourier, testing::Values(12, 97, 113));

TEST(FoldedLogits, BitsDoNotDependOnTheThreads) {
    const std::vector<float> logits = test::random_logits(59, 2);
    WorkerPool one(1);
    WorkerPool three(3);
    const FoldedLogits expected = fold_logits(logits, 59, one);
    for (int repeat = 0; repeat < 5; ++repeat) {
        const FoldedLogits folded = fold_logits(logits, 59, three);
        EXPECT_EQ(folded.sums, expected.sums);
        EXPECT_EQ(folded.sum_squares, expected.sum_squares);
    }
}

TEST(FoldedLogits, RefusesAWrongSize) {
    WorkerPool pool(1);
    EXPECT_THROW(static_cast<void>(fold_logits(std::vector<float>(26), 3, pool)),
                 std::invalid_argument);
}

TEST(LogitFourierFrequencies, MustBeASetBetweenOneAndTheLargest) {
    EXPECT_NO_THROW(require_frequencies(std::array{1, 56}, 113));
    EXPECT_THROW(require_frequencies(std::array{0}, 113), std::invalid_argument);
    EXPECT_THROW(require_frequencies(std::array{57}, 113), std::invalid_argument);
    EXPECT_THROW(require_frequencies(std::array{6}, 12), std::invalid_argument); // alternating
    EXPECT_THROW(require_frequencies(std::array{3, 4, 3}, 113), std::invalid_argument);
}

TEST(FitRSquared, IsMissingForConstantLogits) {
    WorkerPool pool(1);
    const Waves waves(7);
    const FoldedLogits folded = fold_logits(std::vector<float>(343), 7, pool);
    EXPECT_TRUE(std::isnan(fit_r_squared(fit_coefficients(folded, waves), folded, std::array{1})));
}

} // namespace
} // namespace grokscope
