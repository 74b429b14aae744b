// Checks 8 and 9 of engine.md: both steps evaluate alike, and a run may change its implementation
// between two epochs.
#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"
#include "tests/reference/trace.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace grokscope {
namespace {

RunConfig with_step(StepKind kind) {
    RunConfig config;
    config.stencil = Stencil::of({-1, 0, 1});
    config.step = kind;
    return config;
}

TEST(SwitchTest, ARunThatChangesItsStepTwiceFollowsTheOracle) {
    const auto rows = trace::read(std::string(GROKSCOPE_TRACES) + "/seed999_full.csv",
                                  with_step(StepKind::kFused).stencil);
    WorkerPool pool(2);
    const EngineParts parts = standard_engine_parts();
    grokscope::Run fused(with_step(StepKind::kFused), parts, pool);
    grokscope::Run reference(with_step(StepKind::kReference), parts, pool);
    std::size_t compared = 0;
    const auto train_until = [&](grokscope::Run& run, std::int32_t epoch) {
        while (run.epoch() < epoch) {
            if (const auto sample = run.advance_one_epoch()) {
                trace::expect_close(*sample, rows.at(compared));
                ++compared;
            }
        }
    };
    const auto expect_equal_evaluations = [&] {
        for (const PairSet* set : {&fused.task().train, &fused.task().test}) {
            const Evaluation one = fused.step().evaluate(*set);
            const Evaluation other = reference.step().evaluate(*set);
            EXPECT_LE(trace::relative(one.loss, other.loss), 1e-5);
            EXPECT_LE(std::abs(one.correct - other.correct), 2);
        }
    };
    train_until(fused, 45);
    reference.restore(fused.state()); // the activations of epoch 44 are rebuilt by another step
    expect_equal_evaluations();
    train_until(reference, 60);
    fused.restore(reference.state());
    expect_equal_evaluations();
    train_until(fused, 101);
    EXPECT_EQ(compared, 11U);
}

} // namespace
} // namespace grokscope
