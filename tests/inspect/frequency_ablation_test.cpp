// Answers without frequencies, or with nothing but these, as their definition reads.
#include "engine/compute/worker_pool.h"
#include "tests/analysis/fourier_basis.h"
#include "tests/inspect/expected_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>
#include <tuple>
#include <vector>

namespace grokscope {
namespace {

/// E [p][d] times a projection over the tokens, put back into a copy of the weights.
Parameters with_projected_embedding(const Parameters& weights, const std::vector<int>& frequencies,
                                    bool keep) {
    const ModelShape& shape = weights.layout().shape();
    const auto p = static_cast<std::size_t>(shape.p);
    const std::vector<double> F = test::fourier_basis(shape.p);
    std::set<std::size_t> rows; // of F that stay
    for (std::size_t row = 0; row < p; ++row) {
        rows.insert(row);
    }
    std::set<std::size_t> chosen{0};
    for (const int k : frequencies) {
        for (const std::size_t row : test::rows_of_frequency(k, shape.p)) {
            rows.erase(row);
            chosen.insert(row);
        }
    }
    if (keep) {
        rows = chosen;
    }
    Parameters changed = weights;
    const auto W_E = weights.view(Tensor::W_E);
    for (std::size_t i = 0; i < static_cast<std::size_t>(shape.d); ++i) {
        std::vector<double> signal(p);
        for (const std::size_t row : rows) {
            double along = 0;
            for (std::size_t x = 0; x < p; ++x) {
                along += F[row * p + x] * W_E[i * (p + 1) + x];
            }
            for (std::size_t x = 0; x < p; ++x) {
                signal[x] += along * F[row * p + x];
            }
        }
        for (std::size_t x = 0; x < p; ++x) {
            changed.view(Tensor::W_E)[i * (p + 1) + x] = static_cast<float>(signal[x]);
        }
    }
    return changed;
}

/// P_k by its definition over pairs: inner products with C_k and S_k, which k = p/2 lacks,
/// [p*p][p].
std::vector<std::vector<double>> project(const std::vector<std::vector<double>>& logits,
                                         const std::vector<int>& frequencies, int p) {
    std::vector<std::vector<double>> result(logits.size(),
                                            std::vector<double>(static_cast<std::size_t>(p)));
    for (const int k : frequencies) {
        const double dimensions = 2 * k == p ? 1 : 2;
        for (const double phase : {0.0, -std::acos(-1.0) / 2}) { // cos, then sin
            if (dimensions == 1 && phase < 0) {
                continue;
            }
            const auto direction = [&](std::size_t row) {
                const auto a = static_cast<double>(row / static_cast<std::size_t>(p));
                const auto b = static_cast<double>(row % static_cast<std::size_t>(p));
                return std::sqrt(dimensions) / p *
                       std::cos(2 * std::acos(-1.0) * k * (a + b) / p + phase);
            };
            for (std::size_t c = 0; c < static_cast<std::size_t>(p); ++c) {
                double along = 0;
                for (std::size_t row = 0; row < logits.size(); ++row) {
                    along += direction(row) * logits[row][c];
                }
                for (std::size_t row = 0; row < logits.size(); ++row) {
                    result[row][c] += along * direction(row);
                }
            }
        }
    }
    return result;
}

class Frequencies : public testing::TestWithParam<std::tuple<int, bool>> {};

TEST_P(Frequencies, AreRemovedFromLogitsOrEmbeddingAsDefined) {
    const auto [p, keep] = GetParam();
    const RunConfig config = small_config(p);
    const auto weights = weights_of(config);
    WorkerPool pool(2);
    ModelInspector inspector(config, pool);
    InspectQuery query;
    query.ablation.frequencies = {1, p / 2}; // which alternates for an even p
    query.ablation.keep_only = keep;
    query.ablation.heads = {Replacement::kNone, Replacement::kMean, Replacement::kNone,
                            Replacement::kNone}; // together with a part
    query.pair = NumberPair{7, 2};

    const test::NaiveModel naive(*weights);
    const auto means = naive.means();
    // In the logits.
    auto in_logits = naive.logits(query.ablation, means);
    const auto projected = project(in_logits, query.ablation.frequencies, p);
    std::vector<double> class_means(static_cast<std::size_t>(p));
    for (const auto& row : in_logits) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            class_means[c] += row[c] / (static_cast<double>(p) * p);
        }
    }
    for (std::size_t row = 0; row < in_logits.size(); ++row) {
        for (std::size_t c = 0; c < class_means.size(); ++c) {
            in_logits[row][c] =
                keep ? class_means[c] + projected[row][c] : in_logits[row][c] - projected[row][c];
        }
    }
    // In the embedding; means stay those of the intact model.
    const Parameters changed = with_projected_embedding(*weights, query.ablation.frequencies, keep);
    const auto in_embedding = test::NaiveModel(changed).logits(query.ablation, means);

    query.ablation.place = FrequencyPlace::kLogits;
    const InspectReply logits_reply = inspector.answer(query, weights);
    ASSERT_EQ(logits_reply.problem, "");
    expect_model(*logits_reply.ablated, in_logits, config, *query.pair, 3e-6);
    query.ablation.place = FrequencyPlace::kEmbedding;
    const InspectReply embedding_reply = inspector.answer(query, weights);
    expect_model(*embedding_reply.ablated, in_embedding, config, *query.pair, 3e-6);

    // Each shows the other's figures beside its own.
    EXPECT_EQ(logits_reply.ablated_elsewhere->test_loss,
              embedding_reply.ablated->figures.test_loss);
    EXPECT_EQ(embedding_reply.ablated_elsewhere->test_loss,
              logits_reply.ablated->figures.test_loss);
    // Attention follows the embedding only where that is changed.
    InspectQuery plain;
    const InspectReply intact = inspector.answer(plain, weights);
    EXPECT_EQ(logits_reply.attention, intact.attention);
    EXPECT_NE(embedding_reply.attention, intact.attention);
}

INSTANTIATE_TEST_SUITE_P(OddAndEven, Frequencies,
                         testing::Combine(testing::Values(8, 11, 12), testing::Bool()));

class AllFrequencies : public testing::TestWithParam<int> {
protected:
    InspectReply keep_only(std::vector<int> frequencies, FrequencyPlace place) {
        InspectQuery query;
        query.ablation.frequencies = std::move(frequencies);
        query.ablation.keep_only = true;
        query.ablation.place = place;
        query.pair = NumberPair{5, 6};
        return inspector_.answer(query, weights_);
    }

    RunConfig config_ = small_config(GetParam());
    std::shared_ptr<const Parameters> weights_ = weights_of(config_);
    WorkerPool pool_{2};
    ModelInspector inspector_{config_, pool_};
    std::vector<int> all_ = [] {
        std::vector<int> all(static_cast<std::size_t>(GetParam() / 2));
        std::iota(all.begin(), all.end(), 1);
        return all;
    }();
};

TEST_P(AllFrequencies, KeptInTheEmbeddingAreTheIntactModel) {
    const InspectReply reply = keep_only(all_, FrequencyPlace::kEmbedding);
    ASSERT_EQ(reply.problem, "");
    const InspectedModel& kept = *reply.ablated;
    EXPECT_EQ(kept.answers, reply.intact.answers);
    EXPECT_EQ(kept.figures.train_accuracy, reply.intact.figures.train_accuracy);
    EXPECT_EQ(kept.figures.test_accuracy, reply.intact.figures.test_accuracy);
    EXPECT_NEAR(kept.figures.train_loss / reply.intact.figures.train_loss, 1, 1e-6);
    EXPECT_NEAR(kept.figures.test_loss / reply.intact.figures.test_loss, 1, 1e-6);
    for (std::size_t c = 0; c < kept.pair->logits.size(); ++c) {
        EXPECT_NEAR(kept.pair->logits[c], reply.intact.pair->logits[c], 1e-5) << "class " << c;
    }
    // One of them less is another model.
    all_.pop_back();
    EXPECT_GT(std::fabs(keep_only(all_, FrequencyPlace::kEmbedding).ablated->figures.test_loss /
                            reply.intact.figures.test_loss -
                        1),
              1e-3);
}

TEST_P(AllFrequencies, KeptInTheLogitsAreTheMeanOverThePairsOfEachSum) {
    const int p = GetParam();
    auto logits = test::NaiveModel(*weights_).logits({}, {});
    std::vector<std::vector<double>> means(static_cast<std::size_t>(p),
                                           std::vector<double>(static_cast<std::size_t>(p)));
    const auto sum_of = [p](std::size_t row) {
        return (row / static_cast<std::size_t>(p) + row) % static_cast<std::size_t>(p);
    };
    for (std::size_t row = 0; row < logits.size(); ++row) {
        for (std::size_t c = 0; c < logits[row].size(); ++c) {
            means[sum_of(row)][c] += logits[row][c] / p;
        }
    }
    for (std::size_t row = 0; row < logits.size(); ++row) {
        logits[row] = means[sum_of(row)];
    }
    const InspectReply reply = keep_only(all_, FrequencyPlace::kLogits);
    expect_model(*reply.ablated, logits, config_, {5, 6}, 3e-6);
}

INSTANTIATE_TEST_SUITE_P(OddAndEven, AllFrequencies, testing::Values(8, 10, 11, 22, 58));

class ClockOfAllFrequencies : public testing::TestWithParam<int> {};

TEST_P(ClockOfAllFrequencies, AndClassMeansAccountForTheLogitsOfThePair) {
    const int p = GetParam();
    const RunConfig config = small_config(p);
    const auto weights = weights_of(config);
    WorkerPool pool(1);
    ModelInspector inspector(config, pool);
    InspectQuery query;
    query.pair = NumberPair{4, 9};
    for (int k = 1; k <= p / 2; ++k) {
        query.clock_frequencies.push_back(k); // all there are
    }
    const InspectReply reply = inspector.answer(query, weights);
    ASSERT_EQ(reply.clock.size(), static_cast<std::size_t>(p / 2));
    ASSERT_EQ(reply.class_means.size(), static_cast<std::size_t>(p));
    // Over all pairs of one sum, what is left of the logits averages to nothing.
    const auto logits = test::NaiveModel(*weights).logits({}, {});
    for (std::size_t c = 0; c < reply.class_means.size(); ++c) {
        double mean = 0;
        for (int a = 0; a < p; ++a) {
            mean += logits[static_cast<std::size_t>(a * p + (13 - a + p) % p)][c] / p;
        }
        double accounted = reply.class_means[c];
        for (const ClockReading& clock : reply.clock) {
            accounted += clock.contribution[c];
        }
        EXPECT_NEAR(accounted, mean, 2e-5) << "class " << c;
    }
}

INSTANTIATE_TEST_SUITE_P(OddAndEven, ClockOfAllFrequencies, testing::Values(10, 11, 22));

} // namespace
} // namespace grokscope
