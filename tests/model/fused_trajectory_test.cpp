// Check 3: learning curves of FusedStep against the oracle's stored traces, to their ends.
#include "engine/compute/worker_pool.h"
#include "engine/reference/standard_parts.h"
#include "engine/train/run.h"
#include "tests/reference/trace.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace grokscope {
namespace {

void expect_fused_follows(const std::string& name, const std::vector<int>& offsets,
                          std::int32_t last_epoch) {
    RunConfig config;
    config.step = StepKind::kFused;
    config.stencil = Stencil::of(offsets);
    const auto rows =
        trace::read(std::string(GROKSCOPE_TRACES) + "/" + name + ".csv", config.stencil);
    WorkerPool pool(2);
    Run run(config, standard_engine_parts(), pool);
    ASSERT_EQ(run.step_description().substr(0, 5), "fused");
    trace::expect_follows(run, rows, last_epoch);
}

TEST(FusedTrajectory, BaselineFollowsTheOracle) {
    expect_fused_follows("seed999_baseline", {}, 300);
}

TEST(FusedTrajectory, MinusOneFollowsTheOracle) {
    expect_fused_follows("seed999_minus1", {-1}, 300);
}

TEST(FusedTrajectory, FullStencilFollowsTheOracle) {
    expect_fused_follows("seed999_full", {-1, 0, 1}, 300);
}

} // namespace
} // namespace grokscope
