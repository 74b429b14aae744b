// Mediation scores and skipped layers against plain loops, and the identities they obey
// (science.md 6.1).
#include "engine/analysis/causal_mediation.h"
#include "engine/compute/worker_pool.h"
#include "tests/lab/read_instrument.h"
#include "tests/model/layers_case.h"
#include "tests/model/naive_sites.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace grokscope {
namespace {

using test::naive_logits;
using test::Values;
using test::values_of;

ModelShape deep_shape() {
    return {.p = 11,
            .d = 32,
            .heads = 2,
            .d_mlp = 64,
            .layers = 3,
            .norm = Norm::kPre,
            .activation = Activation::kGelu};
}

/// z of every layer and position of a run.
std::map<std::pair<int, int>, Values> all_z(const Parameters& weights, Pair pair) {
    std::map<std::pair<int, int>, Values> z;
    naive_logits(weights, pair, [&](SiteAt at, int position, Values& values) {
        if (at.site == Site::kAttnZ) {
            z[{at.layer, position}] = values;
        }
    });
    return z;
}

/// Logits of the receiver with z of `from` put in for heads of `slice` where `where` says so.
template <typename Where>
Values exchanged(const Parameters& weights, Pair receiver, Pair from, Slice slice, Where where) {
    const auto z = all_z(weights, from);
    return naive_logits(weights, receiver, [&](SiteAt at, int position, Values& values) {
        if (at.site == Site::kAttnZ && where(at.layer, position)) {
            const Values& other = z.at({at.layer, position});
            std::copy_n(other.begin() + static_cast<std::ptrdiff_t>(slice.first), slice.size,
                        values.begin() + static_cast<std::ptrdiff_t>(slice.first));
        }
    });
}

TEST(Mediation, IsWhatPlainLoopsSay) {
    const ModelShape shape = deep_shape();
    const auto weights = random_weights<float>(shape, 3);
    const std::vector<MediationCase> cases =
        draw_cases(all_pairs({Operation::kAdd, shape.p}), 4, 17);
    WorkerPool pool(2);
    const Mediation read = MediationMeter(shape, pool).measure(weights, cases, 5);
    ASSERT_EQ(read.last.mean.size(), 6U);
    ASSERT_EQ(read.at.size(), 2U);
    const auto margin = [](const Values& logits, const MediationCase& one) {
        return logits[one.source_label] - logits[one.receiver_label];
    };
    const auto intact = [&](Pair pair) {
        return naive_logits(weights, pair, [](SiteAt, int, Values&) {});
    };
    for (int h = 0; h < 6; ++h) {
        const int layer = h / 2;
        const Slice slice = Slice::head(h % 2, shape);
        Values last;
        double everywhere = 0;
        double at_b = 0;
        double stranger = 0;
        for (const MediationCase& one : cases) {
            const double before = margin(intact(one.receiver), one);
            const auto effect = [&](Pair from, auto where) {
                return margin(exchanged(weights, one.receiver, from, slice,
                                        [&](int at, int position) {
                                            return at == layer && where(position);
                                        }),
                              one) -
                       before;
            };
            last.push_back(effect(one.source, [](int position) { return position == 2; }));
            everywhere += effect(one.source, [](int) { return true; }) / 4;
            at_b += effect(one.source, [](int position) { return position == 1; }) / 4;
            stranger += effect(one.stranger, [](int position) { return position == 2; }) / 4;
        }
        const double mean = (last[0] + last[1] + last[2] + last[3]) / 4;
        double variance = 0;
        for (const double value : last) {
            variance += (value - mean) * (value - mean) / 4;
        }
        const auto i = static_cast<std::size_t>(h);
        EXPECT_NEAR(read.last.mean[i], mean, 1e-4);
        EXPECT_NEAR(read.last.error[i], std::sqrt(variance / 3), 1e-4);
        EXPECT_NEAR(read.everywhere[i], everywhere, 1e-4);
        EXPECT_NEAR(read.at[1][i], at_b, 1e-4);
        EXPECT_NEAR(read.stranger[i], stranger, 1e-4);
        if (layer == 2) {
            EXPECT_EQ(read.at[0][i], 0);
            EXPECT_EQ(read.everywhere[i], read.last.mean[i]);
        }
    }
    double total = 0;
    for (const MediationCase& one : cases) {
        total += (margin(intact(one.source), one) - margin(intact(one.receiver), one)) / 4;
    }
    EXPECT_NEAR(read.total, total, 1e-4);
}

TEST(Mediation, AHeadThatSaysWhatItSaysAnywayScoresNothing) {
    const ModelShape shape = deep_shape();
    const auto weights = random_weights<float>(shape, 4);
    std::vector<MediationCase> cases = draw_cases(all_pairs({Operation::kAdd, shape.p}), 30, 1);
    for (MediationCase& one : cases) {
        one.source = one.receiver;
    }
    WorkerPool pool(1);
    const Mediation read = MediationMeter(shape, pool).measure(weights, cases, 5);
    for (std::size_t h = 0; h < 6; ++h) {
        EXPECT_EQ(read.last.mean[h], 0);
        EXPECT_EQ(read.everywhere[h], 0);
        EXPECT_EQ(read.at[0][h], 0);
    }
    EXPECT_EQ(read.total, 0);
    EXPECT_TRUE(std::isnan(spread_of(read.last.mean)));
}

TEST(Mediation, AllHeadsAndTheStreamAtTheLastPositionGiveEverything) {
    const ModelShape shape = deep_shape();
    const auto weights = random_weights<float>(shape, 6);
    WorkerPool pool(1);
    SitedForward forward(shape, pool);
    forward.load(weights);
    const std::vector<Pair> receiver{{2, 3}};
    const std::vector<Pair> source{{7, 1}};
    std::vector<float> expected(11);
    std::vector<float> got(11);
    std::vector<std::vector<float>> values;
    std::vector<Tap> taps;
    for (int layer = 0; layer < 3; ++layer) {
        values.emplace_back(32);
        taps.push_back({{Site::kAttnZ, layer}, Positions::last(shape), values.back()});
    }
    values.emplace_back(32);
    taps.push_back({{Site::kResidPre, 0}, Positions::last(shape), values.back()});
    forward.run(source, {}, taps, expected);
    std::vector<Patch> patches;
    for (const Tap& tap : taps) {
        patches.push_back({tap.at, tap.positions, {0, 32}, tap.out});
    }
    forward.run(receiver, patches, {}, got);
    EXPECT_EQ(got, expected);
}

TEST(Mediation, AHeadThatDecidesAloneHasAllOfIt) {
    // W_O takes head 1 alone; the skip of '=' is the same for all pairs.
    const ModelShape shape{.p = 11, .d = 32, .heads = 2, .d_mlp = 64};
    auto weights = random_weights<float>(shape, 8);
    for (std::size_t row = 0; row < 32; ++row) {
        std::ranges::fill(weights.view(Tensor::W_O).subspan(row * 32, 16), 0.0F);
    }
    WorkerPool pool(1);
    const Mediation read =
        MediationMeter(shape, pool)
            .measure(weights, draw_cases(all_pairs({Operation::kAdd, 11}), 64, 2), 5);
    EXPECT_EQ(read.last.mean[0], 0);
    EXPECT_NEAR(read.last.mean[1], read.total, 1e-4);
    EXPECT_GT(std::abs(read.total), 0.01);
    EXPECT_EQ(spread_of(read.last.mean), 0.5);
}

TEST(Mediation, CasesHaveThreeDifferentAnswers) {
    const PairSet pairs = all_pairs({Operation::kMultiply, 7});
    const auto label = [&](Pair pair) { return pair.a * pair.b % 7; };
    for (const MediationCase& one : draw_cases(pairs, 300, 9)) {
        EXPECT_EQ(label(one.receiver), one.receiver_label);
        EXPECT_EQ(label(one.source), one.source_label);
        EXPECT_NE(one.receiver_label, one.source_label);
        EXPECT_NE(label(one.stranger), one.receiver_label);
        EXPECT_NE(label(one.stranger), one.source_label);
    }
    PairSet dull = pairs;
    std::ranges::transform(dull.labels, dull.labels.begin(),
                           [](std::uint16_t answer) { return answer % 2; });
    EXPECT_TRUE(draw_cases(dull, 10, 9).empty());
}

TEST(Mediation, SpreadCountsTheHeadsOfNineTenths) {
    EXPECT_EQ(spread_of(std::vector{10.0, 0.0, 0.0, 0.0}), 0.25);
    EXPECT_EQ(spread_of(std::vector{1.0, -1.0, 1.0, -1.0}), 1.0);
    EXPECT_EQ(spread_of(std::vector{-5.0, 4.5, 0.5, 0.0}), 0.5);
}

TEST(Skip, IsWhatPlainLoopsSay) {
    ModelShape shape = deep_shape();
    shape.layers = 4; // windows of two
    const auto weights = random_weights<float>(shape, 11);
    const PairSet pairs = some_pairs(shape.p, 2, 3);
    WorkerPool pool(2);
    const SkippedLayers read = skip_layers(weights, pairs, pool);
    EXPECT_EQ(read.window, 2);
    ASSERT_EQ(read.both.size(), 3U);
    const auto right = [&](int first, bool attention, bool mlp) {
        double count = 0;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const Values logits =
                naive_logits(weights, pairs.pairs[i], [&](SiteAt at, int, Values& values) {
                    const bool out = (attention && at.site == Site::kAttnOut) ||
                                     (mlp && at.site == Site::kMlpOut);
                    if (out && at.layer >= first && at.layer < first + 2) {
                        std::ranges::fill(values, 0.0);
                    }
                });
            count += std::ranges::max_element(logits) - logits.begin() == pairs.labels[i] ? 1 : 0;
        }
        return count / static_cast<double>(pairs.size());
    };
    EXPECT_NEAR(read.intact, right(9, false, false), 0.02); // one tie or so of random weights
    for (int window = 0; window < 3; ++window) {
        const auto i = static_cast<std::size_t>(window);
        EXPECT_NEAR(read.attention[i], right(window, true, false), 0.02);
        EXPECT_NEAR(read.mlp[i], right(window, false, true), 0.02);
        EXPECT_NEAR(read.both[i], right(window, true, true), 0.02);
    }
}

TEST(Skip, ABlockThatAddsNothingCanBeSkipped) {
    ModelShape shape = deep_shape(); // windows of one
    auto weights = random_weights<float>(shape, 12);
    for (const Tensor tensor : {Tensor::W_O, Tensor::W_out, Tensor::b_out}) {
        std::ranges::fill(weights.view(tensor, 1), 0.0F);
    }
    // Answers of its own: then it is always right, unless something that matters is missing.
    PairSet pairs = some_pairs(shape.p, 1, 3);
    WorkerPool pool(1);
    SitedForward forward(shape, pool);
    forward.load(weights);
    std::vector<float> logits(pairs.size() * 11);
    forward.run(pairs.pairs, {}, {}, logits);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const float* const row = &logits[i * 11];
        pairs.labels[i] = static_cast<std::uint16_t>(std::max_element(row, row + 11) - row);
    }
    const SkippedLayers read = skip_layers(weights, pairs, pool);
    EXPECT_EQ(read.intact, 1);
    EXPECT_EQ(read.both[1], 1);
    EXPECT_LT(read.both[0], 0.7);
    EXPECT_LT(read.mlp[2], 0.7);
}

TEST(MediationInstrument, ReadsFromTheTableOfHeads) {
    RunConfig config = test::small_config(11);
    config.layers = 2;
    config.norm = Norm::kPre;
    config.sequence = Sequence::kWithOperation;
    const auto weights = random_weights<float>(ModelShape::of(config), 2);
    const auto figures = test::read("mediation", config, 1, weights);
    for (const char* id : {"cms", "cms_error", "cms_everywhere", "cms_a", "cms_operation", "cms_b",
                           "cms_other_head", "cms_stranger"}) {
        EXPECT_EQ(values_of(figures, id).size(), 8U) << id;
    }
    const double spread = values_of(figures, "cms_spread")[0];
    EXPECT_GT(spread, 0);
    EXPECT_LE(spread, 1);
    // The same cases at all epochs.
    EXPECT_TRUE(test::same_figures(figures, test::read("mediation", config, 3, weights, 700)));
}

} // namespace
} // namespace grokscope
