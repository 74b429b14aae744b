// The early warnings of real weights: the features they see, the gradients they compare.
#include "engine/analysis/early_warning_meter.h"

#include "engine/analysis/class_separation.h"
#include "engine/compute/worker_pool.h"
#include "tests/inspect/naive_ablation.h"

#include <gtest/gtest.h>

namespace grokscope {
namespace {

RunConfig small_config(int p) {
    RunConfig config;
    config.p = p;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    return config;
}

TEST(EarlyWarningMeter, SeparatesTheResidualStreamBeforeTheUnembedding) {
    for (const int p : {11, 37}) { // fewer classes than features, and more
        const RunConfig config = small_config(p);
        const Task task = make_task(config);
        const Parameters parameters = test::random_parameters(ModelShape::of(config));
        const test::NaiveModel naive(parameters);
        std::vector<float> features;
        for (const Pair pair : task.test.pairs) {
            const test::NaiveActivations one = naive.forward(pair.a, pair.b, {}, {});
            for (std::size_t i = 0; i < 32; ++i) {
                features.push_back(static_cast<float>(one.mlp_in[i] + one.mlp_output[i]));
            }
        }
        const double expected =
            class_separation(features, 32, task.test.labels, static_cast<std::size_t>(p));
        WorkerPool pool(2);
        EarlyWarningMeter meter(config, task, pool);
        EXPECT_NEAR(meter.ildr(parameters), expected, 1e-4 * expected);
    }
}

TEST(EarlyWarningMeter, DrawsBatchesBySeedAndEpochAlone) {
    RunConfig config = small_config(37);
    config.train_fraction = 0.9; // 1,232 pairs: batches are parts of them
    const Task task = make_task(config);
    const Parameters parameters = test::random_parameters(ModelShape::of(config));
    WorkerPool one(1);
    WorkerPool two(2);
    const auto defect = [&](WorkerPool& pool, std::int32_t epoch) {
        return EarlyWarningMeter(config, task, pool).commutator_defect(parameters, epoch).defect;
    };
    const double first = defect(one, 100);
    const double again = defect(two, 100);
    const double later = defect(one, 150);
    EXPECT_EQ(first, again); // whatever the number of threads
    EXPECT_NE(first, later);
    EXPECT_GT(first, 0);
}

TEST(EarlyWarningMeter, FewPairsHaveADefectToo) {
    // Fewer training pairs than a batch: were both batches the whole set, the defect would be 0.
    const RunConfig config = small_config(11);
    const Task task = make_task(config);
    ASSERT_LT(task.train.size(), EarlyWarningMeter::kBatch);
    WorkerPool pool(1);
    EarlyWarningMeter meter(config, task, pool);
    const CommutatorDefect found =
        meter.commutator_defect(test::random_parameters(ModelShape::of(config)), 0);
    EXPECT_GT(found.defect, 0.01);
    EXPECT_NEAR(found.published, found.defect, 1e-3 * found.defect);
}

} // namespace
} // namespace grokscope
