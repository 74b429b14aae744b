// Seeds taken together: exactly the lowest, the highest and the mean, never beyond what has come.
#include "ui/plots/seed_bands.h"

#include "tests/ui/fake_engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace grokscope::ui {
namespace {

class SeedBandsTest : public testing::Test {
protected:
    RunId add(std::uint32_t seed, int samples, const Stencil& stencil = {},
              RunState state = RunState::kRunning) {
        RunConfig config;
        config.seed = seed;
        config.stencil = stencil;
        const RunId id = commands.new_run_id();
        push(event::RunAdded{id, config, "made up"});
        push(event::StateChanged{id, state, 0, {}});
        extend(id, samples);
        return id;
    }
    void extend(RunId id, int samples) {
        const RunConfig config = book.find(id)->config;
        const int from = book.find(id)->last_epoch() < 0 ? 0 : book.find(id)->last_epoch() + 10;
        for (int i = 0; i < samples; ++i) {
            EXPECT_TRUE(channels.metrics.try_push(fake::sample_at(id, config, from + 10 * i)));
        }
        EXPECT_TRUE(book.drain(channels) || samples == 0);
    }
    void push(Event event) {
        EXPECT_TRUE(channels.events.try_push(std::move(event)));
        EXPECT_TRUE(book.drain(channels));
    }
    ActionContext context() { return {book, view, commands}; }

    Channels channels;
    RunBook book;
    ViewState view;
    CommandSink commands;
    SeedBands bands;
};

using Seeds = SeedBandsTest;

TEST_F(Seeds, OneSeedIsNoBand) {
    add(1, 5);
    add(1, 5, Stencil::of({0}));
    bands.update(book, view);
    EXPECT_TRUE(bands.groups().empty());
}

TEST_F(Seeds, ABandHoldsLowestHighestAndMeanOfTheSameEpoch) {
    const std::array<RunId, 3> runs{add(1, 40), add(2, 40), add(3, 40)};
    bands.update(book, view);
    ASSERT_EQ(bands.groups().size(), 1U);
    const Band& band = bands.groups()[0].loss;
    ASSERT_EQ(band.mean.size(), 40U);
    for (std::size_t i = 0; i < 40; ++i) {
        std::array<double, 3> values{};
        for (std::size_t r = 0; r < 3; ++r) {
            values[r] = book.find(runs[r])->samples[i].test_loss;
        }
        EXPECT_EQ(band.low.y()[i], *std::ranges::min_element(values));
        EXPECT_EQ(band.high.y()[i], *std::ranges::max_element(values));
        EXPECT_DOUBLE_EQ(band.mean.y()[i], (values[0] + values[1] + values[2]) / 3);
    }
    EXPECT_TRUE(bands.banded(runs[1]));
}

TEST_F(Seeds, ABandWaitsForTheSlowestOfItsRunsButNotForOneThatEnded) {
    const RunId fast = add(1, 40);
    const RunId slow = add(2, 10);
    bands.update(book, view);
    EXPECT_EQ(bands.groups()[0].accuracy.mean.size(), 10U);
    extend(slow, 15);
    bands.update(book, view);
    EXPECT_EQ(bands.groups()[0].accuracy.mean.size(), 25U) << "grown, not made anew";
    push(event::StateChanged{slow, RunState::kFinished, 250, {}});
    bands.update(book, view);
    const Band& band = bands.groups()[0].accuracy;
    ASSERT_EQ(band.mean.size(), 40U);
    EXPECT_EQ(band.mean.y()[30], book.find(fast)->samples[30].test_accuracy) << "it alone";
}

TEST_F(Seeds, HidingARunTakesItOutOfItsBand) {
    const RunId first = add(1, 10);
    add(2, 10);
    add(3, 10);
    view.set_visible(first, false);
    bands.update(book, view);
    ASSERT_EQ(bands.groups().size(), 1U);
    EXPECT_EQ(bands.groups()[0].runs.size(), 2U);
    EXPECT_FALSE(bands.banded(first));
}

TEST_F(Seeds, OnlyDecidedRunsEnterTheStatistics) {
    const RunId grokked = add(1, 600);
    add(2, 600); // still on its way
    const RunId ended = add(3, 20, {}, RunState::kFinished);
    push(event::Mark{grokked, MarkKind::kGrokked, 5130});
    const std::vector<SweepRun> runs = sweep_runs(book, view);
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].grok_epoch, 5130);
    EXPECT_EQ(runs[0].wall_seconds, book.find(grokked)->sample_at(5130)->wall_seconds);
    EXPECT_FALSE(runs[1].grok_epoch.has_value());
    EXPECT_EQ(runs[1].last_epoch, book.find(ended)->epoch);
}

TEST_F(Seeds, MoreSeedsComeForEveryVariantShownAndFollowTheLargest) {
    view.selected = add(5, 3);
    add(5, 3, Stencil::of({-1, 0, 1}));
    add(7, 3);
    add_seeds(context(), 3);
    std::set<std::pair<std::uint32_t, std::string>> asked;
    for (const Command& command : commands.take_sent()) {
        const auto& add = std::get<command::AddRun>(command.body);
        EXPECT_TRUE(add.start);
        asked.emplace(add.config.seed, add.config.label());
    }
    const std::set<std::pair<std::uint32_t, std::string>> wanted{
        {8, "baseline"},  {9, "baseline"},  {10, "baseline"},
        {8, "[-1,0,+1]"}, {9, "[-1,0,+1]"}, {10, "[-1,0,+1]"}};
    EXPECT_EQ(asked, wanted);
}

} // namespace
} // namespace grokscope::ui
