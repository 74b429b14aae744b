// Weights as files: of exactly which epoch, how exact, and the same before and after a resume.
#include "app/files/weight_files.h"

#include "engine/store/checkpoint.h"
#include "engine/store/notebook_error.h"
#include "engine/store/rounded_weights.h"
#include "engine/store/weight_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace grokscope {
namespace {

RunConfig small_config() {
    RunConfig config;
    config.p = 7;
    config.d_model = 32;
    config.d_mlp = 64;
    return config;
}

TrainingState state_at(std::int32_t epoch) {
    TrainingState state(ModelShape::of(small_config()));
    state.epoch = epoch;
    state.updates = epoch;
    float value = 0.1F + static_cast<float>(epoch);
    for (float& weight : state.parameters.flat()) {
        weight = std::sin(value += 0.37F);
    }
    return state;
}

/// Rounded weights of 100 and 200, exact ones of 0 and 151, and the state of an epoch.
class WeightFiles : public testing::Test {
protected:
    WeightFiles() {
        run = notebook.add_run(small_config(), Provenance{});
        for (const std::int32_t epoch : {0, 151}) {
            notebook.add(run, StoredWeights{epoch, WeightEncoding::kPlain, 0,
                                            encode_weights(state_at(epoch).parameters)});
        }
        for (const std::int32_t epoch : {100, 200}) {
            const RoundedWeights rounded(state_at(epoch).parameters);
            notebook.add(run, StoredWeights{epoch, WeightEncoding::kRounded, 0,
                                            rounded.encode(nullptr, nullptr)});
        }
    }
    void rest_at(std::int32_t epoch) {
        notebook.set_checkpoint(run, epoch, 1, encode_state(state_at(epoch)));
    }
    WeightsFile file_of(std::optional<std::int32_t> epoch) {
        return weights_file(notebook, run, epoch, WeightFormat::kNpz, false);
    }
    std::string refusal_of(std::int32_t epoch) {
        try {
            (void)chosen_weight_epoch(notebook, run, epoch, false);
        } catch (const NotebookError& error) {
            return error.what();
        }
        return {};
    }

    Notebook notebook{":memory:", Notebook::Access::kReadWrite};
    StoredRunId run{};
};

TEST_F(WeightFiles, AnEpochGivesTheSameBytesBeforeAndAfterTheRunGoesOn) {
    rest_at(200);
    const WeightsFile before = file_of(200);
    EXPECT_TRUE(before.note.starts_with("weights of epoch 200, rounded to multiples of 2^-"))
        << before.note;
    EXPECT_FALSE(before.exact);
    const WeightsFile newest = file_of(std::nullopt);
    EXPECT_EQ(newest.note, "weights of epoch 200, exact");
    EXPECT_NE(newest.bytes, before.bytes);
    rest_at(260);
    EXPECT_EQ(file_of(200).bytes, before.bytes);
    EXPECT_EQ(file_of(260).note, "weights of epoch 260, exact");
}

TEST_F(WeightFiles, TheFileSaysWhatItsWeightsAre) {
    const WeightsFile rounded = file_of(100);
    const std::string text(rounded.text());
    EXPECT_NE(text.find("\"epoch\":100,\"epochs_trained\":100,\"exact\":false,"
                        "\"rounded_to_multiples_of\":{\"W_E\":0.0"),
              std::string::npos);
    EXPECT_NE(text.find(notebook.run(run).uuid), std::string::npos);
    const std::string exact(file_of(151).text());
    EXPECT_NE(exact.find("\"epoch\":151,\"epochs_trained\":151,\"exact\":true,"
                         "\"rounded_to_multiples_of\":null"),
              std::string::npos);
    const WeightsFile torch = weights_file(notebook, run, 100, WeightFormat::kPt, true);
    EXPECT_NE(torch.text().find("\"exact\":false"), std::string::npos);
}

TEST_F(WeightFiles, TheStepsAreThoseOfTheValues) {
    const auto rounded = notebook.rounded_weights(run, 100);
    ASSERT_NE(rounded, nullptr);
    EXPECT_EQ(notebook.rounded_weights(run, 151), nullptr);
    const Parameters weights = notebook.weights(run, 100);
    for (std::size_t t = 0; t < kTensorCount; ++t) {
        const double step = rounded->steps().at(t);
        EXPECT_EQ(std::exp2(std::ilogb(step)), step);
        for (const float value : weights.view(static_cast<Tensor>(t))) {
            ASSERT_EQ(std::remainder(value, step), 0);
        }
    }
}

TEST_F(WeightFiles, AnEpochIsTakenExactlyOrRefusedWithTheNearest) {
    EXPECT_EQ(chosen_weight_epoch(notebook, run, 151, false), 151);
    EXPECT_NE(refusal_of(150).find("no weights of epoch 150 are recorded of run 1, the nearest are "
                                   "those of epochs 100 and 151"),
              std::string::npos)
        << refusal_of(150);
    EXPECT_NE(refusal_of(150).find("the test figures of epoch 150 belong to the weights of epoch "
                                   "151"),
              std::string::npos);
    EXPECT_NE(refusal_of(900).find("the nearest are those of epoch 200;"), std::string::npos);
    rest_at(260);
    EXPECT_NE(refusal_of(900).find("those of epoch 260;"), std::string::npos);
    EXPECT_EQ(weight_file_epochs(notebook, run),
              (std::vector<std::int32_t>{0, 100, 151, 200, 260}));
}

TEST_F(WeightFiles, TheNearestIsTakenOnRequest) {
    const auto nearest = [&](std::int32_t wanted) {
        return chosen_weight_epoch(notebook, run, wanted, true);
    };
    EXPECT_EQ(nearest(126), 151);
    EXPECT_EQ(nearest(125), 100);
    EXPECT_EQ(nearest(50), 0) << "the earlier of two";
    EXPECT_EQ(nearest(9999), 200);
    EXPECT_EQ(nearest(200), 200);
    EXPECT_EQ(recorded_weights_at(notebook, run, 199), 151);
}

TEST_F(WeightFiles, ARunWithoutWeightsSaysSo) {
    Notebook empty(":memory:", Notebook::Access::kReadWrite);
    const StoredRunId bare = empty.add_run(small_config(), Provenance{});
    EXPECT_THROW((void)chosen_weight_epoch(empty, bare, 5, true), NotebookError);
    EXPECT_EQ(recorded_weights_at(empty, bare, 5), std::nullopt);
}

} // namespace
} // namespace grokscope
