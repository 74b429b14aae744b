// The parts of a real run: which step computes it, and that the instruments are connected.
#include "engine/parts/standard_parts.h"

#include "engine/compute/worker_pool.h"
#include "engine/reference/reference_step.h"
#include "engine/train/run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>

namespace grokscope {
namespace {

RunConfig small_config() {
    RunConfig config;
    config.p = 11;
    config.d_model = 32;
    config.d_mlp = 64;
    return config;
}

std::string description_of(RunConfig config, StepKind kind) {
    config.step = kind;
    WorkerPool pool(1);
    return grokscope::Run(config, standard_engine_parts(), pool).step_description();
}

TEST(StandardPartsTest, TakeTheStepThatTheConfigurationNames) {
    EXPECT_TRUE(description_of({}, StepKind::kReference).starts_with("reference, libtorch"));
    EXPECT_TRUE(description_of({}, StepKind::kFused).starts_with("fused"));
    EXPECT_TRUE(description_of({}, StepKind::kAuto).starts_with("fused"));
}

TEST(StandardPartsTest, TakeTheDeviceThatThereIs) {
    RunConfig config = small_config();
    config.device = Device::kAuto;
    const bool cuda = why_no_cuda().empty();
    EXPECT_TRUE(description_of(config, StepKind::kReference).ends_with(cuda ? ", CUDA" : ", cpu"));
    EXPECT_TRUE(description_of(config, StepKind::kFused).starts_with("fused")) << "knows no other";
    EXPECT_TRUE(description_of(config, StepKind::kAuto).starts_with(cuda ? "reference" : "fused"));
    EXPECT_EQ(why_not_computable_here(config), "");
    config.device = Device::kCuda;
    EXPECT_EQ(why_not_computable_here(config).empty(), cuda);
    if (!cuda) {
        try {
            (void)description_of(config, StepKind::kAuto);
            FAIL() << "computes on a device that is not there";
        } catch (const std::runtime_error& refused) {
            EXPECT_EQ(refused.what(), why_not_computable_here(config));
        }
    }
}

TEST(StandardPartsTest, RecordTheEmbeddingThatEntersTheNextEpoch) {
    WorkerPool pool(1);
    grokscope::Run run(small_config(), standard_engine_parts(), pool);
    (void)run.advance_one_epoch();
    (void)run.advance_one_epoch();
    const Snapshot snapshot = run.make_snapshot();
    EXPECT_EQ(snapshot.epoch, 2);
    EXPECT_EQ(snapshot.p, 11);
    ASSERT_EQ(snapshot.embedding.size(), 11U * 32);
    // Row x of the record is column x of W_E.
    const auto W_E = run.state().parameters.view(Tensor::W_E);
    EXPECT_EQ(snapshot.embedding[3 * 32 + 7], W_E[7 * 12 + 3]);
    EXPECT_EQ(snapshot.spectrum.size(), 5U);
    EXPECT_DOUBLE_EQ(snapshot.weight_sum_squares, sum_squares(run.state().parameters.flat()));
}

TEST(StandardPartsTest, MeasureProgressAtTheLoadedWeights) {
    const RunConfig config = small_config();
    const EngineParts parts = standard_engine_parts();
    WorkerPool pool(1);
    grokscope::Run run(config, parts, pool);
    const ProgressInstrument measure = parts.make_progress(config, run.task(), pool, {});
    const ProgressRow row = measure(run.state().parameters, run.step());
    EXPECT_EQ(row.order, 11);
    EXPECT_NEAR(row.full_loss.train, run.step().evaluate(run.task().train).loss, 1e-6);
    EXPECT_NEAR(row.full_loss.test, run.step().evaluate(run.task().test).loss, 1e-6);
    EXPECT_EQ(row.neurons, 64);
}

} // namespace
} // namespace grokscope
