// A run that really groks, in two seconds: what its frequencies are worth to it.
#include "engine/analysis/key_frequencies.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/model_inspector.h"
#include "engine/train/run.h"
#include "tests/inspect/small_training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

namespace grokscope {
namespace {

RunConfig grokking_config() {
    RunConfig config;
    config.p = 37;
    config.train_fraction = 0.7;
    config.d_mlp = 256;
    config.seed = 1;
    config.epochs = 1600;
    return config;
}

std::shared_ptr<const Parameters> trained_weights() {
    WorkerPool pool(1);
    Run run(grokking_config(), test::fused_parts(), pool);
    while (!run.reached_limit()) {
        (void)run.advance_one_epoch();
    }
    return std::make_shared<const Parameters>(run.state().parameters);
}

/// Trained once for all tests of the suite.
class GrokkedRun : public testing::Test {
protected:
    static void SetUpTestSuite() { weights() = trained_weights(); }
    static void TearDownTestSuite() { weights().reset(); }

    /// GoogleTest's fixtures of a whole suite are static by nature.
    static std::shared_ptr<const Parameters>& weights() {
        static std::shared_ptr<const Parameters> weights;
        return weights;
    }

    InspectReply ask(std::vector<int> frequencies, bool keep_only,
                     FrequencyPlace place = FrequencyPlace::kLogits) {
        InspectQuery query;
        query.ablation.frequencies = std::move(frequencies);
        query.ablation.keep_only = keep_only;
        query.ablation.place = place;
        return inspector_.answer(query, weights());
    }

    WorkerPool pool_{1};
    ModelInspector inspector_{grokking_config(), pool_};
};

TEST_F(GrokkedRun, IsWorthNothingWithoutItsKeyFrequenciesAndAllWithThemAlone) {
    const InspectReply intact = ask({}, false);
    ASSERT_GE(intact.intact.figures.test_accuracy, 0.99);
    const std::vector<int> keys = intact.key_frequencies;
    ASSERT_GE(keys.size(), 2U);
    ASSERT_LE(keys.size(), 9U);
    std::vector<int> others;
    for (int k = 1; k <= 18; ++k) {
        if (std::ranges::find(keys, k) == keys.end()) {
            others.push_back(k);
        }
    }

    const InspectReply kept = ask(keys, true);
    EXPECT_GE(kept.ablated->figures.test_accuracy, 0.99);
    EXPECT_LT(kept.ablated->figures.test_loss, 10 * intact.intact.figures.test_loss);
    EXPECT_GE(kept.ablated_elsewhere->test_accuracy, 0.95); // in the embedding

    const InspectReply removed = ask(keys, false);
    EXPECT_GT(removed.ablated->figures.test_loss, 1);
    EXPECT_LT(removed.ablated->figures.test_accuracy, 0.5);
    EXPECT_GT(removed.ablated_elsewhere->test_loss, 1);
    EXPECT_LT(removed.ablated_elsewhere->test_accuracy, 0.5);

    const InspectReply rest = ask(others, false); // all the others at once
    EXPECT_GE(rest.ablated->figures.test_accuracy, 0.99);
}

TEST_F(GrokkedRun, RemovingOneKeyFrequencyHurtsRemovingAnotherHardly) {
    const InspectReply intact = ask({}, false);
    const double loss = intact.intact.figures.test_loss;
    double least_with_key = std::numeric_limits<double>::infinity();
    double most_with_other = 0;
    for (int k = 1; k <= 18; ++k) {
        const bool key =
            std::ranges::find(intact.key_frequencies, k) != intact.key_frequencies.end();
        const double without = ask({k}, false).ablated->figures.test_loss / loss;
        if (key) {
            least_with_key = std::min(least_with_key, without);
        } else {
            most_with_other = std::max(most_with_other, without);
        }
    }
    // By how much depends on rounding, which steers when it grokked; the order does not.
    EXPECT_GT(least_with_key, 2);
    EXPECT_GT(least_with_key, 1.5 * most_with_other);
}

} // namespace
} // namespace grokscope
