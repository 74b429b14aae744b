// How often weights are recorded under a budget of bytes, what training needs of the memory, and
// what is said of both.
#include "engine/protocol/weight_record.h"

#include <gtest/gtest.h>

namespace grokscope {
namespace {

/// 48 blocks of width 512: 151.3 million weights, 121 MB a rounded record.
RunConfig deep() {
    RunConfig config;
    config.p = 97;
    config.layers = 48;
    config.norm = Norm::kPre;
    config.d_model = 512;
    config.d_mlp = 2048;
    config.epochs = 10'000;
    return config;
}

TEST(WeightRecord, TheDefaultModelIsRecordedAsAsked) {
    const RunConfig config;
    EXPECT_EQ(recorded_weights_every(config), 100);
    EXPECT_EQ(spared_weights_in_words(config), "");
}

TEST(WeightRecord, TheIntervalDoublesUntilTheRecordFits) {
    RunConfig config = deep();
    EXPECT_NEAR(bytes_of_recorded_weights(config) / 1e6, 121.05, 0.05);
    EXPECT_EQ(recorded_weights_every(config), 400) << "25 of them are 3,030 MB, 50 were 6,060";
    config.weights_budget = 12'200;
    EXPECT_EQ(recorded_weights_every(config), 100) << "all hundred fit";
    config.weights_budget = 12'000;
    EXPECT_EQ(recorded_weights_every(config), 200);
    config.exact_weights = true; // five times as large
    EXPECT_EQ(recorded_weights_every(config), 800);
    config.weights_budget = 1;
    EXPECT_EQ(recorded_weights_every(config), 12'800)
        << "past the last epoch: none but start and marks";
    config.epochs = 50;
    EXPECT_EQ(recorded_weights_every(config), 100) << "none was due";
}

TEST(WeightRecord, SaysWhatIsSparedAndWhy) {
    EXPECT_EQ(
        spared_weights_in_words(deep()),
        "weights are recorded every 400 epochs, not every 100: at 121 MB each, those of 10000 "
        "epochs would take more than 4000 MB");
    RunConfig small;
    small.weights_budget = 1;
    EXPECT_EQ(spared_weights_in_words(small),
              "weights are recorded every 6400 epochs, not every 100: at under 1 MB each, those of "
              "25000 epochs would take more than 1 MB");
}

TEST(WeightRecord, SaysWhatTrainingNeedsOfTheMemory) {
    RunConfig config = deep(); // the preset `abstraction`
    config.sequence = Sequence::kWithOperation;
    config.batch = 512;
    // Six copies of 605 MB; 1,218 rows of 10,752 floats in 48 layers; 512 pairs with q, k and v of
    // two positions; the program. 6.36 GB were resident when it was measured.
    const double plain = bytes_to_train(config, false);
    EXPECT_NEAR(plain / 1e9, 3.632 + 2.514 + 0.302 + 0.2, 0.005);
    EXPECT_EQ(memory_in_words(config, false),
              "a model of 151 million weights needs about 6.6 GB of memory to train");
    EXPECT_EQ(memory_in_words(config, true),
              "a model of 151 million weights needs about 13.9 GB of memory to train");
    config.layers = 12; // 38 million; 3.36 GB were resident, 1.66 without a notebook
    config.sequence = Sequence::kPair;
    EXPECT_NEAR(bytes_to_train(config, false) / 1e9, 1.73, 0.01);
    EXPECT_NEAR(bytes_to_train(config, true) / 1e9, 3.54, 0.01);
    const double twelve = bytes_to_train(config, false);
    config.grokfast = Grokfast::kMa; // a hundred gradients
    EXPECT_NEAR((bytes_to_train(config, false) - twelve) / bytes_of_state(config), 100.0 / 103,
                1e-9);
    config.grokfast = Grokfast::kNone;
    config.batch = 0; // all pairs, in slices: hardly more at once
    EXPECT_NEAR(bytes_to_train(config, false) / twelve, 1, 0.02);
    config.device = Device::kAuto; // whatever it is
    EXPECT_EQ(memory_in_words(config, true), "");
    config.device = Device::kCpu;
    config.layers = 16;
    config.d_model = 128;
    config.d_mlp = 512;
    EXPECT_EQ(memory_in_words(config, true), "") << bytes_to_train(config, true);
    EXPECT_EQ(memory_in_words(RunConfig(), true), "");
}

} // namespace
} // namespace grokscope
