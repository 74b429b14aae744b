// A model built by hand that adds with one frequency and nothing else: every part's job is known,
// so every answer about a part taken out is, too.
#include "engine/compute/worker_pool.h"
#include "engine/inspect/model_inspector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace grokscope {
namespace {

constexpr int kP = 31;
constexpr int kKey = 6;

RunConfig clock_config() {
    RunConfig config;
    config.p = kP;
    config.d_model = 32;
    config.heads = 4;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    return config;
}

/// The numbers stand on a circle in axes 0 and 1. Equal attention lets head 2 write cos w a + cos w
/// b and sin w a + sin w b to axes 4 and 5. Unit j is relu(cos(w a - f_j) + cos(w b - f_j)), whose
/// second harmonic over the phases f_j is cos(w(a+b) - 2 f_j), times |cos(w(a-b)/2)|: W_out reads
/// it into axes 8 and 9, and W_U turns that into cos w(a+b-c).
std::shared_ptr<const Parameters> clock_model() {
    auto model = std::make_shared<Parameters>(ModelShape::of(clock_config()));
    constexpr std::size_t kD = 32;
    constexpr std::size_t kHidden = 64;
    const auto set = [&](Tensor tensor, std::size_t at, double value) {
        model->view(tensor)[at] = static_cast<float>(value);
    };
    for (std::size_t x = 0; x < kP; ++x) {
        const double angle = 2 * std::numbers::pi * kKey * static_cast<double>(x) / kP;
        set(Tensor::W_E, 0 * (kP + 1) + x, std::cos(angle));
        set(Tensor::W_E, 1 * (kP + 1) + x, std::sin(angle));
        set(Tensor::W_U, 8 * kP + x, std::cos(angle));
        set(Tensor::W_U, 9 * kP + x, std::sin(angle));
    }
    for (std::size_t i = 0; i < 2; ++i) {
        set(Tensor::W_V, (2 * 8 + i) * kD + i, 1);     // head 2 takes axis i
        set(Tensor::W_O, (4 + i) * kD + 2 * 8 + i, 3); // attention is 1/3 each
    }
    for (std::size_t j = 0; j < kHidden; ++j) {
        const double phase = 2 * std::numbers::pi * static_cast<double>(j) / kHidden;
        set(Tensor::W_in, j * kD + 4, std::cos(phase));
        set(Tensor::W_in, j * kD + 5, std::sin(phase));
        set(Tensor::W_out, 8 * kHidden + j, 20 * std::cos(2 * phase));
        set(Tensor::W_out, 9 * kHidden + j, 20 * std::sin(2 * phase));
    }
    return model;
}

class ClockModel : public testing::Test {
protected:
    InspectReply ask(const Ablation& ablation) {
        InspectQuery query;
        query.ablation = ablation;
        query.pair = NumberPair{20, 17};
        query.clock_frequencies = {kKey};
        return inspector_.answer(query, model_);
    }

    const double ln_p_ = std::log(static_cast<double>(kP));
    WorkerPool pool_{1};
    ModelInspector inspector_{clock_config(), pool_};
    std::shared_ptr<const Parameters> model_ = clock_model();
};

TEST_F(ClockModel, AddsAndSaysWithWhat) {
    const InspectReply reply = ask({});
    EXPECT_DOUBLE_EQ(reply.intact.figures.train_accuracy, 1);
    EXPECT_DOUBLE_EQ(reply.intact.figures.test_accuracy, 1);
    EXPECT_EQ(reply.key_frequencies, std::vector<int>{kKey});
    EXPECT_EQ(reply.intact.pair->answer, (20 + 17) % kP);
    const ClockReading& clock = reply.clock.front();
    const auto turned = [](double one, double other) {
        return std::remainder(one - other, 2 * std::numbers::pi);
    };
    EXPECT_NEAR(turned(clock.embedding_a.angle, clock.angle_a), 0, 1e-5);
    EXPECT_NEAR(turned(clock.embedding_b.angle, clock.angle_b), 0, 1e-5);
    EXPECT_NEAR(turned(clock.logits.angle, clock.angle_answer), 0,
                1e-2); // 64 phases, not infinitely many
    for (const float weight : reply.attention) {
        EXPECT_NEAR(weight, 1.0 / 3, 1e-6);
    }
}

TEST_F(ClockModel, WithoutItsFrequencyItKnowsNothing) {
    Ablation ablation;
    ablation.frequencies = {kKey};
    ablation.place = FrequencyPlace::kEmbedding;
    const InspectReply reply = ask(ablation);
    EXPECT_NEAR(reply.ablated->figures.train_loss, ln_p_, 1e-4);
    EXPECT_NEAR(reply.ablated->figures.test_loss, ln_p_, 1e-4);
    EXPECT_LT(reply.ablated->figures.test_accuracy, 0.1);
    // In the logits what hangs on a - b is left behind, and it points the wrong way half the time.
    EXPECT_GT(reply.ablated_elsewhere->test_loss, ln_p_);
    EXPECT_LT(reply.ablated_elsewhere->test_accuracy, 0.7);
}

TEST_F(ClockModel, OnlyItsFrequencyMatters) {
    const double intact = ask({}).intact.figures.test_loss;
    for (int k = 1; k <= (kP - 1) / 2; ++k) {
        for (const FrequencyPlace place : {FrequencyPlace::kLogits, FrequencyPlace::kEmbedding}) {
            Ablation ablation;
            ablation.frequencies = {k};
            ablation.place = place;
            const double without = ask(ablation).ablated->figures.test_loss;
            ablation.keep_only = true;
            const double alone = ask(ablation).ablated->figures.test_loss;
            if (k == kKey) {
                EXPECT_GT(without, ln_p_ - 0.01);
                EXPECT_LT(alone, 0.7 * ln_p_);
            } else {
                EXPECT_NEAR(without, intact, 2e-3 * intact) << "frequency " << k;
                EXPECT_GT(alone, ln_p_ - 0.01) << "frequency " << k;
            }
        }
    }
}

TEST_F(ClockModel, OnlyThePartsThatWorkMatter) {
    const double intact = ask({}).intact.figures.test_loss;
    for (const Replacement by : {Replacement::kZero, Replacement::kMean}) {
        for (std::size_t head = 0; head < 4; ++head) {
            Ablation ablation;
            ablation.heads.assign(4, Replacement::kNone);
            ablation.heads[head] = by;
            const double loss = ask(ablation).ablated->figures.test_loss;
            // The numbers' circle is centred, so the mean of head 2 says as little as zero.
            EXPECT_NEAR(loss, head == 2 ? ln_p_ : intact, 1e-3) << "head " << head;
        }
        Ablation ablation;
        ablation.mlp = by;
        // Its mean is nearly nothing, but the second harmonic of a relu is not all there is.
        EXPECT_NEAR(ask(ablation).ablated->figures.test_loss, ln_p_,
                    by == Replacement::kZero ? 1e-5 : 0.02);
    }
    Ablation skips;
    skips.attention_skip = false;
    skips.mlp_skip = Replacement::kZero;
    EXPECT_NEAR(ask(skips).ablated->figures.test_loss, intact, 1e-4); // nothing hangs on them
}

} // namespace
} // namespace grokscope
