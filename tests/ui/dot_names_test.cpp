// Numbers beside their dots cover nothing, and stand outside of a clean ring.
#include "ui/kit/dot_names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr Rect kArea{0, 0, 300, 300};
constexpr Pixel kCentre{150, 150};
constexpr float kDot = 4;

std::vector<Pixel> ring_of(int count, float radius, float noise = 0) {
    std::mt19937 random(7);
    std::normal_distribution<float> away(0, 1);
    std::vector<Pixel> dots;
    for (int i = 0; i < count; ++i) {
        const float angle =
            2 * std::numbers::pi_v<float> * static_cast<float>(i) / static_cast<float>(count);
        dots.push_back({kCentre.x + radius * std::cos(angle) + noise * away(random),
                        kCentre.y + radius * std::sin(angle) + noise * away(random)});
    }
    return dots;
}

std::vector<DotName> every_tenth(std::size_t count) {
    std::vector<DotName> names;
    for (std::size_t dot = 0; dot < count; dot += 10) {
        names.push_back({dot, dot < 100 ? 14.0F : 21.0F, 13});
    }
    return names;
}

std::vector<std::optional<Rect>> placed(const std::vector<Pixel>& dots,
                                        std::vector<Rect> taken = {}) {
    std::vector<int> sequence(dots.size());
    std::iota(sequence.begin(), sequence.end(), 0);
    return place_dot_names(
        {.dots = dots, .sequence = sequence, .radius = kDot, .centre = kCentre, .gap = 2},
        every_tenth(dots.size()), kArea, std::move(taken));
}

float distance(const Rect& rect, Pixel at) {
    return std::hypot(std::max({rect.x - at.x, at.x - rect.right(), 0.0F}),
                      std::max({rect.y - at.y, at.y - rect.bottom(), 0.0F}));
}

TEST(DotNames, StandOutsideOfACleanRing) {
    const std::vector<Pixel> dots = ring_of(113, 110);
    for (const auto& place : placed(dots)) {
        ASSERT_TRUE(place);
        const Pixel middle{place->x + place->width / 2, place->y + place->height / 2};
        EXPECT_GT(std::hypot(middle.x - kCentre.x, middle.y - kCentre.y), 110 + kDot);
    }
}

TEST(DotNames, CoverNoDotInACloud) {
    std::size_t named = 0;
    for (const float noise : {10.0F, 25.0F, 50.0F}) {
        const std::vector<Pixel> dots = ring_of(113, 70, noise);
        for (const auto& place : placed(dots)) {
            if (!place) {
                continue;
            }
            ++named;
            for (const Pixel& dot : dots) {
                EXPECT_GE(distance(*place, dot), kDot);
            }
        }
    }
    EXPECT_GT(named, 20U) << "most find a place";
}

TEST(DotNames, CoverNeitherEachOtherNorWhatIsTaken) {
    const std::vector<Rect> taken{{150, 0, 30, 150}, {260, 140, 40, 20}};
    std::vector<Rect> all = taken;
    for (const auto& place : placed(ring_of(113, 60, 20), taken)) {
        if (place) {
            EXPECT_TRUE(
                std::ranges::none_of(all, [&](const Rect& one) { return one.overlaps(*place); }));
            all.push_back(*place);
        }
    }
    EXPECT_GT(all.size(), taken.size() + 4);
}

TEST(DotNames, PreferThePlaceWithoutALine) {
    // The line from dot 0 goes outwards, to the right, and comes back above: below is free.
    const std::vector<Pixel> dots{{200, 150}, {290, 150}, {200, 60}};
    const std::vector<int> sequence{0, 1, 2};
    const std::vector<DotName> names{{0, 14, 13}};
    const auto places = place_dot_names(
        {.dots = dots, .sequence = sequence, .radius = kDot, .centre = kCentre, .gap = 2}, names,
        kArea, {});
    ASSERT_TRUE(places.front());
    EXPECT_GT(places.front()->y, 150);
}

TEST(DotNames, AreLeftOutWhereThereIsNoRoom) {
    const std::vector<Pixel> dots{{5, 5}};
    const std::vector<int> sequence{0};
    const std::vector<DotName> names{{0, 14, 13}};
    const auto places = place_dot_names(
        {.dots = dots, .sequence = sequence, .radius = kDot, .centre = {0, 0}, .gap = 2}, names,
        {0, 0, 12, 12}, {});
    EXPECT_FALSE(places.front());
}

TEST(Freest, TakesTheFirstPlaceThatIsClearOfDotsAndLines) {
    const Obstacles obstacles{{{10, 0}}, {{{0, 20}, {100, 20}}}};
    const std::vector<Pixel> places{{12, 0}, {50, 17}, {50, 0}, {90, 0}};
    const Pixel taken = freest(places, obstacles, 8);
    EXPECT_EQ(taken.x, 50);
    EXPECT_EQ(taken.y, 0);
    EXPECT_NEAR(clearance(obstacles, taken), 20, 1e-4);
}

TEST(Freest, TakesTheClearestWhereNoneIsClear) {
    const Obstacles obstacles{{{0, 0}}, {}};
    const std::vector<Pixel> places{{1, 0}, {3, 0}, {2, 0}};
    EXPECT_EQ(freest(places, obstacles, 8).x, 3);
}

} // namespace
} // namespace grokscope::ui
