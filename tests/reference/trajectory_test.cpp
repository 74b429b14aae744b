// R6, R7 and R8: learning curves of ReferenceStep against the oracle's stored traces, sixty epochs
// each. trajectory_long_test.cpp goes on to the end of the traces.
#include "engine/compute/worker_pool.h"
#include "engine/reference/initial_state.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"
#include "tests/reference/trace_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace grokscope {
namespace {

class Trajectories : public testing::TestWithParam<TraceCase> {};

TEST_P(Trajectories, FollowTheOracle) {
    expect_follows(GetParam());
}

INSTANTIATE_TEST_SUITE_P(R7, Trajectories,
                         testing::Values(TraceCase{"seed999_baseline", {}, 60},
                                         TraceCase{"seed999_minus1", {-1}, 60},
                                         TraceCase{"seed999_full", {-1, 0, 1}, 60}));

INSTANTIATE_TEST_SUITE_P(
    R33, Trajectories,
    testing::Values(TraceCase{"seed999_p97_sub", {}, 60, Operation::kSubtract, 97},
                    TraceCase{"seed999_p97_mul", {}, 60, Operation::kMultiply, 97},
                    TraceCase{"seed999_p97_div", {}, 60, Operation::kDivide, 97}));

TEST(TrajectoryTest, LeavesTheWeightsAtEpochZero) {
    RunConfig config;
    config.step = StepKind::kReference;
    WorkerPool pool(1);
    grokscope::Run run(config, standard_engine_parts(), pool);
    const double untrained_test_loss = run.step().evaluate(run.task().test).loss;
    const auto sample = run.advance_one_epoch();
    ASSERT_TRUE(sample.has_value());
    EXPECT_EQ(sample->epoch, 0);
    EXPECT_EQ(sample->test_loss, untrained_test_loss);
    EXPECT_TRUE(
        std::ranges::equal(run.state().parameters.flat(), initial_state(config).parameters.flat()));
    EXPECT_EQ(run.state().updates, 1);
    EXPECT_GT(sum_squares(run.state().second_moment().flat()), 0.0);
    EXPECT_NEAR(sample->weight_sum_squares, 1779.084, 1e-3);
}

} // namespace
} // namespace grokscope
