// The pairs of a sweep as a picture: exact, bounds, and pairs of which neither grokked.
#include "app/commands/sweep_statistics.h"
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/golden.h"
#include "tests/ui/pictures/picture_stage.h"
#include "ui/views/seeds/seed_pictures.h"
#include "ui/views/seeds/seeds_panel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

/// Baselines, [0] at twice their speed or so, and a pair of offsets some of which never grok.
std::vector<SweepRun> made_up_runs() {
    std::vector<SweepRun> runs;
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
        const auto epoch = static_cast<std::int32_t>(4000 + 100 * seed);
        const auto add = [&](Stencil stencil, std::optional<std::int32_t> grok) {
            RunConfig config;
            config.p = 59;
            config.seed = seed;
            config.stencil = stencil;
            runs.push_back({.config = config,
                            .grok_epoch = grok,
                            .last_epoch = grok.value_or(9000),
                            .lasting = {}});
        };
        const bool never = seed == 7;
        add({}, never ? std::nullopt : std::optional(epoch));
        add(Stencil::of({0}), epoch / 2 + 40 * static_cast<std::int32_t>(seed));
        add(Stencil::of({-1, 1}), seed % 3 == 1 ? std::nullopt : std::optional(epoch + epoch / 4));
    }
    return runs;
}

TEST(SeedsPicture, PairsWithIntervalsInBothThemes) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    for (const auto& [theme, suffix] :
         {std::pair{ThemeKind::kDark, ""}, std::pair{ThemeKind::kLight, "_light"}}) {
        testing::PictureStage stage(*context, {1280, 720}, theme);
        SeedsPanel panel(&sweep_rows);
        const auto draw = [&](const PanelInput& input) {
            panel.draw_picture(input, {0, 0, 1280, 720});
        };
        std::vector<SweepRun> runs = made_up_runs();
        stage.view.seeds = std::make_shared<const std::vector<SweepRun>>(runs);
        stage.frame(draw);
        const testing::Picture censored = stage.picture(draw);
        std::erase_if(runs, [](const SweepRun& run) {
            return run.config.seed == 7 || run.config.stencil == Stencil::of({-1, 1});
        });
        stage.view.seeds = std::make_shared<const std::vector<SweepRun>>(runs);
        testing::expect_golden(std::string("seeds") + suffix, censored, stage.picture(draw));
    }
    context->debug().require_none();
}

TEST(RatioAxis, NamesRoundRatiosThatHaveRoom) {
    const RatioAxis wide{std::log(0.4), std::log(12.0)};
    std::vector<double> ticks = ratio_ticks(wide, 0.09F);
    std::ranges::sort(ticks);
    EXPECT_EQ(ticks, (std::vector<double>{0.5, 1, 2, 3, 5, 10}));
    for (std::size_t i = 1; i < ticks.size(); ++i) {
        EXPECT_GE(place_on(wide, ticks[i]) - place_on(wide, ticks[i - 1]), 0.09F);
    }
    const RatioAxis narrow{-0.1, 0.15};
    ticks = ratio_ticks(narrow, 0.1F);
    std::ranges::sort(ticks);
    EXPECT_EQ(ticks, (std::vector<double>{1, 1.1}));
    EXPECT_EQ(ratio_ticks(narrow, 2), std::vector<double>{1})
        << "that pairs are equal is always told";
}

} // namespace
} // namespace grokscope::ui
