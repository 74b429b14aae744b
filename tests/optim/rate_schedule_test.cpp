// What multiplies the learning rate.
#include "engine/optim/rate_schedule.h"

#include "tests/store/small_run.h"

#include <gtest/gtest.h>

namespace grokscope {
namespace {

using store_test::small_config;

TEST(RateFactor, WarmsUpAndFollowsTheScheduleToItsEnd) {
    RunConfig config = small_config();
    config.epochs = 1000;
    EXPECT_EQ(rate_factor(config, 0), 0);
    EXPECT_EQ(rate_factor(config, 3), 0.3);
    EXPECT_EQ(rate_factor(config, 10), 1);
    EXPECT_EQ(rate_factor(config, 999), 1);
    config.schedule = Schedule::kCosine;
    config.learning_rate_min = 1e-5; // a hundredth
    EXPECT_EQ(rate_factor(config, 3), 0.3);
    EXPECT_EQ(rate_factor(config, 10), 1);
    // As reference_lab.py has it.
    EXPECT_NEAR(rate_factor(config, 505), 0.5042138080335097, 1e-14);
    EXPECT_NEAR(rate_factor(config, 999), 0.01, 1e-12);
    EXPECT_NEAR(rate_factor(config, 5000), 0.01, 1e-12);
}

} // namespace
} // namespace grokscope
