// Activations read and replaced at every site of models of several shapes, against plain loops.
#include "engine/compute/worker_pool.h"
#include "engine/model/layers_step.h"
#include "engine/model/sited_forward.h"
#include "tests/model/layers_case.h"
#include "tests/model/naive_sites.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {
namespace {

using test::Values;

std::vector<ModelShape> shapes() {
    return {{.p = 7, .d = 32, .heads = 4, .d_mlp = 64},
            {.p = 11, .d = 32, .heads = 2, .d_mlp = 64, .layers = 2, .norm = Norm::kPre},
            {.p = 7,
             .d = 32,
             .heads = 4,
             .d_mlp = 64,
             .layers = 3,
             .norm = Norm::kPre,
             .activation = Activation::kGelu,
             .context = 4}};
}

/// Enough for two chunks and a rest.
std::vector<Pair> pairs_of(int p) {
    std::vector<Pair> pairs = all_pairs({Operation::kAdd, p}).pairs;
    pairs.resize(49);
    return pairs;
}

bool is_computed(SiteAt at, int position, const ModelShape& shape) {
    return position + 1 == shape.context || at.site == Site::kResidPre ||
           (at.site != Site::kFinal && at.layer + 1 < shape.layers);
}

Positions computed_at(SiteAt at, const ModelShape& shape) {
    return is_computed(at, 0, shape) ? Positions::all(shape) : Positions::last(shape);
}

void expect_near(std::span<const float> got, const Values& expected, const std::string& what) {
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_NEAR(got[i], expected[i], 2e-5 * (1 + std::abs(expected[i]))) << what << ' ' << i;
    }
}

TEST(Sites, HaveNamesOfTheirOwn) {
    const ModelShape shape = shapes()[1];
    std::set<std::string> names;
    for (const SiteAt at : sites_of(shape)) {
        names.insert(name_of(at));
    }
    EXPECT_EQ(names.size(), 21U);
    EXPECT_TRUE(names.contains("blocks.1.attn.z"));
    EXPECT_TRUE(names.contains("final"));
}

TEST(SitedForward, ReadsEverySiteAndHasTheBitsOfTheStep) {
    WorkerPool pool(2);
    for (const ModelShape& shape : shapes()) {
        SCOPED_TRACE(word_of(shape));
        const auto weights = random_weights<float>(shape, 5);
        const std::vector<Pair> pairs = pairs_of(shape.p);
        const auto p = static_cast<std::size_t>(shape.p);
        std::vector<std::vector<float>> room;
        std::vector<Tap> taps;
        for (const SiteAt at : sites_of(shape)) {
            const Positions positions = computed_at(at, shape);
            room.emplace_back(pairs.size() * positions.count() * width_of(at.site, shape));
            taps.push_back({at, positions, {}});
        }
        for (std::size_t i = 0; i < taps.size(); ++i) {
            taps[i].out = room[i];
        }
        SitedForward forward(shape, pool);
        forward.load(weights);
        std::vector<float> logits(pairs.size() * p);
        forward.run(pairs, {}, taps, logits);
        for (std::size_t i = 0; i < taps.size(); ++i) { // alone, without what comes behind
            std::vector<float> again(room[i].size());
            const Tap alone{taps[i].at, taps[i].positions, again};
            forward.run(pairs, {}, {&alone, 1}, {});
            EXPECT_EQ(again, room[i]) << name_of(taps[i].at);
        }

        for (std::size_t pair = 0; pair < pairs.size(); pair += 6) {
            const Values expected = test::naive_logits(
                weights, pairs[pair], [&](SiteAt at, int position, Values& values) {
                    if (!is_computed(at, position, shape)) {
                        return;
                    }
                    const auto tap = std::ranges::find(taps, at, &Tap::at);
                    ASSERT_NE(tap, taps.end());
                    const std::size_t width = width_of(at.site, shape);
                    const auto place = static_cast<std::size_t>(position - tap->positions.first);
                    expect_near(
                        tap->out.subspan((pair * tap->positions.count() + place) * width, width),
                        values, name_of(at));
                });
            expect_near(std::span(logits).subspan(pair * p, p), expected, "logits");
        }

        RunConfig config;
        config.p = shape.p;
        config.d_model = shape.d;
        config.heads = shape.heads;
        config.d_mlp = shape.d_mlp;
        config.layers = shape.layers;
        config.norm = shape.norm;
        config.activation = shape.activation;
        config.sequence = shape.context == 4 ? Sequence::kWithOperation : Sequence::kPair;
        LayersStep step(config, some_pairs(shape.p, 2, 1), pool);
        step.load(weights);
        std::vector<float> of_step(logits.size());
        step.logits(pairs, of_step);
        EXPECT_EQ(logits, of_step);
    }
}

TEST(SitedForward, ReplacesEverySite) {
    WorkerPool pool(2);
    for (const ModelShape& shape : shapes()) {
        SCOPED_TRACE(word_of(shape));
        const auto weights = random_weights<float>(shape, 6);
        const std::vector<Pair> pairs = pairs_of(shape.p);
        const auto p = static_cast<std::size_t>(shape.p);
        SitedForward forward(shape, pool);
        forward.load(weights);
        std::vector<float> intact(pairs.size() * p);
        forward.run(pairs, {}, {}, intact);
        const auto record = forward.record(pairs, {}, {});
        for (const SiteAt at : sites_of(shape)) {
            if (at.site == Site::kAttnPattern) {
                continue;
            }
            const Slice slice{3, 8};
            for (const Positions positions :
                 {computed_at(at, shape), Positions::last(shape),
                  is_computed(at, 1, shape) ? Positions{1, 2} : Positions::last(shape)}) {
                SCOPED_TRACE(name_of(at) + " from position " + std::to_string(positions.first));
                const std::size_t once = positions.count() * slice.size;
                std::vector<float> own(pairs.size() * once);
                for (std::size_t i = 0; i < own.size(); ++i) {
                    own[i] = 0.01F * static_cast<float>(i % 97) - 0.3F;
                }
                for (const std::span<const float> with :
                     {std::span<const float>(), std::span<const float>(own).first(once),
                      std::span<const float>(own)}) {
                    const Patch patch{at, positions, slice, with};
                    std::vector<float> logits(pairs.size() * p);
                    forward.run(pairs, {&patch, 1}, {}, logits);
                    EXPECT_NE(logits, intact);
                    std::vector<float> from_record(logits.size());
                    forward.run(*record, {&patch, 1}, from_record);
                    ASSERT_EQ(from_record, logits);
                    const std::size_t pair = 25;
                    const Values expected = test::naive_logits(
                        weights, pairs[pair], [&](SiteAt here, int position, Values& values) {
                            if (here != at || !positions.has(position)) {
                                return;
                            }
                            for (std::size_t i = 0; i < slice.size; ++i) {
                                const std::size_t place =
                                    static_cast<std::size_t>(position - positions.first) *
                                        slice.size +
                                    i;
                                values[slice.first + i] = with.empty() ? 0
                                                          : with.size() == once
                                                              ? own[place]
                                                              : own[pair * once + place];
                            }
                        });
                    expect_near(std::span(logits).subspan(pair * p, p), expected, "logits");
                }
            }
        }
    }
}

TEST(SitedForward, WhatIsReplacedByItselfChangesNoBit) {
    WorkerPool pool(1);
    const ModelShape shape = shapes()[2];
    const auto weights = random_weights<float>(shape, 7);
    const std::vector<Pair> pairs = pairs_of(shape.p);
    SitedForward forward(shape, pool);
    forward.load(weights);
    std::vector<float> intact(pairs.size() * static_cast<std::size_t>(shape.p));
    std::vector<float> z(pairs.size() * 4 * 32);
    const Tap tap{{Site::kAttnZ, 1}, Positions::all(shape), z};
    const auto record = forward.record(pairs, {&tap, 1}, intact);
    const Patch patch{tap.at, tap.positions, {0, 32}, z};
    std::vector<float> patched(intact.size());
    forward.run(*record, {&patch, 1}, patched);
    EXPECT_EQ(patched, intact);
    forward.run(*record, {}, patched);
    EXPECT_EQ(patched, intact);
}

TEST(SitedForward, AnyNumberOfThreadsGivesTheSameBits) {
    const ModelShape shape = shapes()[2];
    const auto weights = random_weights<float>(shape, 8);
    const std::vector<Pair> pairs = pairs_of(shape.p);
    const Patch patch{{Site::kAttnZ, 0}, Positions::all(shape), {0, 8}, {}};
    std::vector<std::vector<float>> of;
    for (const int threads : {1, 2, 5}) {
        WorkerPool pool(threads);
        SitedForward forward(shape, pool);
        forward.load(weights);
        forward.run(pairs, {&patch, 1}, {},
                    of.emplace_back(pairs.size() * static_cast<std::size_t>(shape.p)));
    }
    EXPECT_EQ(of[0], of[1]);
    EXPECT_EQ(of[0], of[2]);
}

TEST(SitedForward, RefusesWhatDoesNotFitWithASentence) {
    WorkerPool pool(1);
    const ModelShape shape = shapes()[1];
    const auto weights = random_weights<float>(shape, 9);
    SitedForward forward(shape, pool);
    forward.load(weights);
    const std::vector<Pair> pairs = pairs_of(shape.p);
    std::vector<float> room(pairs.size() * 32);
    const auto why = [&](const Patch& patch) -> std::string {
        try {
            forward.run(pairs, {&patch, 1}, {}, {});
        } catch (const std::invalid_argument& mistake) {
            return mistake.what();
        }
        return "";
    };
    const Positions all = Positions::all(shape);
    EXPECT_EQ(why({{Site::kAttnZ, 2}, all, {0, 8}, {}}),
              "blocks.2.attn.z: this model has 2 blocks, from 0 on");
    EXPECT_EQ(why({{Site::kAttnZ, 0}, {0, 4}, {0, 8}, {}}),
              "blocks.0.attn.z: positions must lie between 0 and 2");
    EXPECT_EQ(why({{Site::kAttnZ, 0}, all, {28, 8}, {}}),
              "blocks.0.attn.z: a slice must lie within its 32 values");
    EXPECT_EQ(why({{Site::kAttnZ, 0}, all, {0, 8}, std::span<const float>(room).first(8)}),
              "blocks.0.attn.z: a replacement has 24 values, or so many for each pair, got 8");
    EXPECT_EQ(why({{Site::kAttnPattern, 0}, all, {0, 3}, {}}),
              "blocks.0.attn.pattern: an attention pattern cannot be replaced");
    const Tap early{{Site::kMlpHidden, 1}, {0, 1}, room};
    EXPECT_THROW(forward.run(pairs, {}, {&early, 1}, {}), std::invalid_argument);
    const Tap small{{Site::kFinal}, Positions::last(shape), std::span(room).first(31)};
    EXPECT_THROW(forward.run(pairs, {}, {&small, 1}, {}), std::invalid_argument);
    const std::vector<Pair> far{{static_cast<std::uint16_t>(shape.p), 0}};
    EXPECT_THROW(forward.run(far, {}, {}, {}), std::invalid_argument);
}

} // namespace
} // namespace grokscope
