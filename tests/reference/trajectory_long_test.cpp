// R7 to the end of the stored traces, and R26: a minute or more with the reference step.
#include "tests/reference/trace_case.h"

#include <gtest/gtest.h>

#include <optional>

namespace grokscope {
namespace {

class LongTrajectories : public testing::TestWithParam<TraceCase> {};

TEST_P(LongTrajectories, FollowTheOracle) {
    expect_follows(GetParam());
}

INSTANTIATE_TEST_SUITE_P(R7, LongTrajectories,
                         testing::Values(TraceCase{"seed999_baseline", {}, 400},
                                         TraceCase{"seed999_minus1", {-1}, 300},
                                         TraceCase{"seed999_full", {-1, 0, 1}, 400}));

TEST(TransformerLensTest, HasThePublishedLossesAtEpoch99) {
    RunConfig config = RunConfig::of(Preset::kTransformerLens);
    config.step = StepKind::kReference;
    config.eval_every = 99;
    WorkerPool pool(1);
    grokscope::Run run(config, standard_engine_parts(), pool);
    std::optional<MetricSample> last;
    while (run.epoch() <= 99) {
        if (const auto sample = run.advance_one_epoch()) {
            last = sample;
        }
    }
    ASSERT_TRUE(last.has_value());
    ASSERT_EQ(last->epoch, 99);
    EXPECT_NEAR(last->train_loss / 2.9433, 1.0, 5e-3);
    EXPECT_NEAR(last->test_loss / 7.5594, 1.0, 5e-3);
    for (const Tensor bias : {Tensor::b_in, Tensor::b_out}) {
        EXPECT_EQ(sum_squares(run.state().parameters.view(bias)), 0.0);
        EXPECT_EQ(sum_squares(run.state().second_moment().view(bias)), 0.0);
    }
}

} // namespace
} // namespace grokscope
