// The rules of the update against plain loops, their order, and runs with them: the same bits for
// any number of threads and after a resume.
#include "engine/optim/optimizer.h"
#include "engine/optim/rules.h"

#include "engine/compute/worker_pool.h"
#include "engine/store/checkpoint.h"
#include "engine/train/state_hash.h"
#include "tests/model/run_hash.h"
#include "tests/optim/rule_stage.h"
#include "tests/store/small_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

using store_test::small_config;
using store_test::small_parts;

double dot(std::span<const float> one, std::span<const float> other) {
    return std::inner_product(one.begin(), one.end(), other.begin(), 0.0, std::plus<>(),
                              [](double a, double b) { return a * b; });
}

RunConfig with_grokfast(Grokfast kind) {
    RunConfig config = small_config();
    config.grokfast = kind;
    return config;
}

TEST(GrokfastRule, AddsTwiceTheMovingAverageOfAllGradients) {
    Stage stage(make_grokfast, with_grokfast(Grokfast::kEma));
    std::vector<double> average;
    for (int update = 0; update < 30; ++update) {
        fill_gradient(stage.gradients, update);
        const std::vector<float> raw(stage.gradients.flat().begin(), stage.gradients.flat().end());
        if (average.empty()) {
            average.assign(raw.begin(), raw.end());
        }
        stage.apply();
        for (std::size_t i = 0; i < raw.size(); ++i) {
            average[i] = 0.98 * average[i] + 0.02 * raw[i];
            ASSERT_NEAR(stage.gradients.flat()[i], raw[i] + 2 * average[i], 1e-6) << update;
        }
    }
}

TEST(GrokfastRule, AddsFiveTimesTheMeanOfTheLastHundredGradients) {
    Stage stage(make_grokfast, with_grokfast(Grokfast::kMa));
    std::deque<std::vector<float>> window;
    for (int update = 0; update < 320; ++update) {
        fill_gradient(stage.gradients, update);
        window.emplace_back(stage.gradients.flat().begin(), stage.gradients.flat().end());
        if (window.size() > 100) {
            window.pop_front();
        }
        stage.apply();
        const std::vector<float>& raw = window.back();
        for (std::size_t i = 0; i < raw.size(); i += 97) {
            double sum = 0;
            for (const std::vector<float>& past : window) {
                sum += past[i];
            }
            const double expected = raw[i] + (window.size() == 100 ? 5 * sum / 100 : 0);
            ASSERT_NEAR(stage.gradients.flat()[i], expected, 1e-5) << "update " << update;
        }
    }
}

TEST(OrthogonalGradientRule, LeavesNoPartAlongATensorAndKeepsItsNorm) {
    Stage stage(make_orthogonal_gradient);
    std::ranges::fill(stage.parameters.view(Tensor::b_in), 0.0F); // as at the start
    fill_gradient(stage.gradients, 0);
    const Gradients raw = stage.gradients;
    stage.apply();
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        const auto w = std::as_const(stage.parameters).view(tensor);
        const auto g = std::as_const(stage.gradients).view(tensor);
        const double norm = std::sqrt(dot(raw.view(tensor), raw.view(tensor)));
        EXPECT_NEAR(std::sqrt(dot(g, g)) / norm, 1, 1e-6) << kTensorNames[i];
        EXPECT_NEAR(dot(w, g) / norm, 0, 1e-6) << kTensorNames[i];
        EXPECT_EQ(std::ranges::equal(g, raw.view(tensor)), tensor == Tensor::b_in);
    }
}

TEST(MuonRule, MovesTheMatricesOfTheBlockAlone) {
    RunConfig config = small_config();
    config.muon = true;
    Stage stage(make_muon, config);
    fill_gradient(stage.gradients, 0);
    const Parameters before = stage.parameters;
    stage.apply();
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        const bool hidden = kTensorNames[i].starts_with("W_") && tensor != Tensor::W_E &&
                            tensor != Tensor::W_pos && tensor != Tensor::W_U;
        EXPECT_NE(std::ranges::equal(stage.parameters.view(tensor), before.view(tensor)), hidden)
            << kTensorNames[i];
    }
    // W_in is 64 x 32: 32 singular values near 1, times sqrt(2), at the rate .02; and the decay.
    double moved = 0;
    const auto w = before.view(Tensor::W_in);
    for (std::size_t i = 0; i < w.size(); ++i) {
        const double step = stage.parameters.view(Tensor::W_in)[i] - w[i] * (1 - 0.02 * 0.05);
        moved += step * step;
    }
    EXPECT_NEAR(std::sqrt(moved) / (0.02 * std::sqrt(2.0) * std::sqrt(32.0)), 0.95, 0.15);
    const Parameters still = stage.parameters;
    stage.apply(0);
    EXPECT_TRUE(std::ranges::equal(stage.parameters.flat(), still.flat())) << "rate 0";
}

TEST(MuonRule, LeavesItsMatricesToNobodyElse) {
    RunConfig config = small_config();
    config.muon = true;
    config.muon_learning_rate = 1e-5;
    config.muon_decay = 0;
    config.learning_rate = 0.1;
    config.warmup_epochs = 0;
    TrainingState state = store_test::small_initial_state(config);
    const Parameters before = state.parameters;
    Optimizer optimizer(config, state.parameters);
    optimizer.prepare(state);
    Gradients gradients(state.parameters.layout().shape());
    fill_gradient(gradients, 0);
    WorkerPool pool(1);
    optimizer.update(state, gradients, 1, pool);
    const auto largest_move = [&](Tensor tensor) {
        double most = 0;
        for (std::size_t i = 0; i < before.view(tensor).size(); ++i) {
            most = std::max(most, std::abs(static_cast<double>(state.parameters.view(tensor)[i]) -
                                           before.view(tensor)[i]));
        }
        return most;
    };
    EXPECT_LT(largest_move(Tensor::W_K), 1e-4);
    EXPECT_LT(largest_move(Tensor::W_out), 1e-4);
    for (const Tensor tensor :
         {Tensor::W_E, Tensor::W_pos, Tensor::b_in, Tensor::b_out, Tensor::W_U}) {
        EXPECT_GT(largest_move(tensor), 0.05);
    }
    EXPECT_EQ(sum_squares(state.first_moment().view(Tensor::W_in)), 0);
}

TEST(NormClampRule, RestoresTheNormOfTheStart) {
    Stage stage(make_norm_clamp);
    const double before = sum_squares(stage.parameters.flat());
    const Parameters initial = stage.parameters;
    stage.apply();
    EXPECT_TRUE(std::ranges::equal(stage.parameters.flat(), initial.flat())) << "the same bits";
    for (float& weight : stage.parameters.view(Tensor::W_E)) {
        weight *= 3;
    }
    stage.apply();
    EXPECT_NEAR(sum_squares(stage.parameters.flat()) / before, 1, 1e-6);
    const double share = stage.parameters.view(Tensor::W_E)[3] / initial.view(Tensor::W_E)[3];
    EXPECT_NEAR(stage.parameters.view(Tensor::W_U)[3] / initial.view(Tensor::W_U)[3], share / 3,
                1e-6);
}

RunConfig deep_config() {
    RunConfig config = small_config();
    config.layers = 3;
    config.norm = Norm::kPre;
    EXPECT_TRUE(config.validate().empty());
    return config;
}

TEST(GradientClipRule, ScalesALargeGradientDownToItsNormAndLeavesASmallOne) {
    RunConfig config = deep_config();
    config.clip = 0.25;
    Stage stage(make_gradient_clip, config);
    fill_gradient(stage.gradients, 0);
    const Gradients raw = stage.gradients;
    const double norm = std::sqrt(dot(raw.flat(), raw.flat()));
    ASSERT_GT(norm, 10);
    stage.apply();
    for (std::size_t i = 0; i < raw.flat().size(); i += 13) {
        EXPECT_NEAR(stage.gradients.flat()[i], raw.flat()[i] * 0.25 / norm, 1e-7);
    }
    const Gradients clipped = stage.gradients; // below the norm, for what rounding adds
    for (float& value : stage.gradients.flat()) {
        value *= 0.5F;
    }
    const Gradients small = stage.gradients;
    stage.apply();
    EXPECT_TRUE(std::ranges::equal(stage.gradients.flat(), small.flat()));
}

TEST(AdamWRule, DecaysNoLayerNorm) {
    RunConfig config = deep_config();
    Stage stage(make_adamw, config);
    const Parameters before = stage.parameters;
    stage.apply(); // gradients of zero: only decay moves
    for (const TensorSpec& tensor : before.layout().tensors()) {
        const auto was = before.view(tensor);
        const auto is = stage.parameters.view(tensor);
        EXPECT_EQ(std::ranges::equal(was, is), tensor.is_layer_norm()) << tensor.name;
        EXPECT_NEAR(is[5], was[5] * (tensor.is_layer_norm() ? 1 : 1 - 1e-3), 1e-7) << tensor.name;
    }
}

TEST(MuonRule, MovesTheMatricesOfEveryBlockAlone) {
    RunConfig config = deep_config();
    config.muon = true;
    Stage stage(make_muon, config);
    fill_gradient(stage.gradients, 0);
    const Parameters before = stage.parameters;
    stage.apply();
    int moved = 0;
    for (const TensorSpec& tensor : before.layout().tensors()) {
        const bool changed =
            !std::ranges::equal(stage.parameters.view(tensor), before.view(tensor));
        moved += changed ? 1 : 0;
        EXPECT_EQ(changed, tensor.name.starts_with("blocks.") &&
                               tensor.name.find(".W_") != std::string::npos)
            << tensor.name;
    }
    EXPECT_EQ(moved, 3 * 6);
}

TEST(NormClampRule, LeavesLayerNormOut) {
    Stage stage(make_norm_clamp, deep_config());
    const Parameters initial = stage.parameters;
    for (float& weight : stage.parameters.view(Tensor::W_E)) {
        weight *= 3;
    }
    for (float& gain : stage.parameters.view(Tensor::ln_final_gain)) {
        gain = 100;
    }
    stage.apply();
    double was = 0;
    double is = 0;
    for (const TensorSpec& tensor : initial.layout().tensors()) {
        if (tensor.is_layer_norm()) {
            const bool changed = tensor.kind == Tensor::ln_final_gain;
            EXPECT_NE(std::ranges::equal(stage.parameters.view(tensor), initial.view(tensor)),
                      changed);
        } else {
            was += sum_squares(initial.view(tensor));
            is += sum_squares(stage.parameters.view(tensor));
        }
    }
    EXPECT_EQ(stage.parameters.view(Tensor::ln_final_gain)[7], 100);
    EXPECT_NEAR(is / was, 1, 1e-6);
}

TEST(FrozenTensors, KeepTheirBitsUnderEveryRule) {
    RunConfig config = with_grokfast(Grokfast::kEma);
    config.muon = true;
    config.weight_decay = 1;
    config.frozen.set("W_Q", true);
    config.frozen.set("W_U", true);
    TrainingState state = store_test::small_initial_state(config);
    Optimizer optimizer(config, state.parameters);
    optimizer.prepare(state);
    for (UpdateSlot& slot : state.slots) { // memories of a time when nothing was frozen
        std::ranges::fill(slot.values.view(Tensor::W_Q), 0.5F);
        std::ranges::fill(slot.values.view(Tensor::W_U), 0.5F);
    }
    const Parameters before = state.parameters;
    WorkerPool pool(1);
    for (int i = 0; i < 3; ++i) {
        Gradients gradients(before.layout().shape());
        std::ranges::fill(gradients.view(Tensor::W_Q), 1.0F);
        std::ranges::fill(gradients.view(Tensor::W_E), 1.0F);
        optimizer.update(state, gradients, 1.0, pool);
    }
    EXPECT_EQ(state.updates, 3);
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        EXPECT_EQ(std::ranges::equal(state.parameters.view(tensor), before.view(tensor)),
                  config.frozen.contains(kTensorNames[i]))
            << kTensorNames[i];
    }
}

TEST(Optimizer, AppliesTheRulesInTheirOrder) {
    // Grokfast changes a gradient's norm, and the orthogonal gradient keeps what it finds.
    RunConfig config = with_grokfast(Grokfast::kEma);
    config.orthogonal_gradient = true;
    TrainingState state = store_test::small_initial_state(config);
    Optimizer optimizer(config, state.parameters);
    optimizer.prepare(state);
    EXPECT_EQ(state.slots.size(), 3U);
    EXPECT_EQ(state.slots[2].name, "grokfast_average");
    Gradients gradients(state.parameters.layout().shape());
    fill_gradient(gradients, 0);
    const double norm = std::sqrt(dot(gradients.view(Tensor::W_E), gradients.view(Tensor::W_E)));
    WorkerPool pool(1);
    const Parameters before = state.parameters;
    optimizer.update(state, gradients, 0, pool);
    const auto g = std::as_const(gradients).view(Tensor::W_E);
    EXPECT_NEAR(std::sqrt(dot(g, g)) / norm, 3, 1e-5);
    EXPECT_NEAR(dot(before.view(Tensor::W_E), g) / norm, 0, 1e-5);
    // AdamW has seen the same.
    EXPECT_NEAR(state.first_moment().view(Tensor::W_E)[5], 0.1 * g[5], 1e-6);
}

TEST(Optimizer, AsksForTheSlotsOfItsRulesAndForNoOthers) {
    const RunConfig plain = small_config();
    TrainingState state = store_test::small_initial_state(plain);
    EXPECT_TRUE(Optimizer(plain, state.parameters).fits(state));
    const RunConfig average = with_grokfast(Grokfast::kEma);
    const Optimizer optimizer(average, state.parameters);
    EXPECT_FALSE(optimizer.fits(state));
    optimizer.prepare(state);
    EXPECT_TRUE(optimizer.fits(state));
    EXPECT_FALSE(Optimizer(plain, state.parameters).fits(state));
    EXPECT_FALSE(Optimizer(with_grokfast(Grokfast::kMa), state.parameters).fits(state));
}

// --------------------------------------------------------------------------------- whole runs

struct RivalCase {
    std::string name;
    std::function<void(RunConfig&)> set;
    int epochs = 60;
};

void PrintTo(const RivalCase& value, std::ostream* out) {
    *out << value.name;
}

class Rivals : public testing::TestWithParam<RivalCase> {
protected:
    static RunConfig config() {
        RunConfig config = small_config({-1});
        GetParam().set(config);
        EXPECT_TRUE(config.validate().empty());
        return config;
    }
};

TEST_P(Rivals, GiveTheSameBitsForAnyNumberOfThreads) {
    std::vector<std::uint64_t> hashes;
    for (const int threads : {1, 3}) {
        WorkerPool pool(threads);
        grokscope::Run run(config(), small_parts(), pool);
        hashes.push_back(hash_after(run, GetParam().epochs));
    }
    EXPECT_EQ(hashes[0], hashes[1]);
    WorkerPool pool(1);
    grokscope::Run plain(small_config({-1}), small_parts(), pool);
    EXPECT_NE(hash_after(plain, GetParam().epochs), hashes[0]) << "the rule does nothing";
}

TEST_P(Rivals, GoOnWithTheSameBitsFromACheckpoint) {
    WorkerPool pool(1);
    grokscope::Run whole(config(), small_parts(), pool);
    (void)hash_after(whole, GetParam().epochs / 2);
    const Bytes saved = encode_state(whole.state());
    const std::uint64_t end = hash_after(whole, GetParam().epochs);
    grokscope::Run resumed(config(), small_parts(), pool);
    resumed.restore(decode_state(saved, config()));
    EXPECT_EQ(hash_after(resumed, GetParam().epochs), end);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Rivals,
    testing::Values(RivalCase{"grokfast_ema", [](RunConfig& c) { c.grokfast = Grokfast::kEma; }},
                    RivalCase{"grokfast_ma", [](RunConfig& c) { c.grokfast = Grokfast::kMa; }, 260},
                    RivalCase{"orthogonal_gradient",
                              [](RunConfig& c) { c.orthogonal_gradient = true; }},
                    RivalCase{"muon", [](RunConfig& c) { c.muon = true; }},
                    RivalCase{"norm_clamp", [](RunConfig& c) { c.norm_clamp = true; }},
                    RivalCase{"clip", [](RunConfig& c) { c.clip = 0.5; }},
                    RivalCase{"cosine", [](RunConfig& c) { c.schedule = Schedule::kCosine; }},
                    RivalCase{"batch",
                              [](RunConfig& c) {
                                  c.stencil = {};
                                  c.batch = 5; // four updates a pass
                              }},
                    RivalCase{"layers",
                              [](RunConfig& c) {
                                  c.stencil = {};
                                  c.batch = 5;
                                  c.clip = 1;
                                  c.layers = 6;
                                  c.norm = Norm::kPre;
                                  c.sequence = Sequence::kWithOperation;
                                  c.muon = true;
                              }},
                    RivalCase{"without_frequencies",
                              [](RunConfig& c) {
                                  c.without_frequencies = FrequencySet::of({1, 3});
                              }},
                    RivalCase{"frozen",
                              [](RunConfig& c) {
                                  c.frozen.set("W_E", true);
                                  c.frozen.set("W_in", true);
                              }},
                    RivalCase{"all_that_go_together",
                              [](RunConfig& c) {
                                  c.grokfast = Grokfast::kEma;
                                  c.muon = true;
                                  c.norm_clamp = true;
                              }}),
    [](const auto& test) { return test.param.name; });

} // namespace
} // namespace grokscope
