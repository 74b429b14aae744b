// Where names stand: at the ends of curves, in the lane of events, beside the mouse and controls.
#include "ui/core/beside.h"
#include "ui/core/dash.h"
#include "ui/core/event_lane.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

namespace grokscope::ui {
namespace {

TEST(Labels, DoNotOverlapAndStayInside) {
    const std::vector<float> wanted{10, 12, 11, 95, 99, 98};
    const std::vector<float> placed = spread_labels(wanted, 14, 0, 100);
    std::vector<float> sorted = placed;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_GE(sorted.front(), 7);
    EXPECT_LE(sorted.back(), 93);
    for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
        EXPECT_GE(sorted[i + 1] - sorted[i], 14 - 1e-3);
    }
    EXPECT_LT(placed[0], placed[2]) << "the order of the curves is kept";
    EXPECT_LT(placed[2], placed[1]);
}

TEST(Labels, ShareAColumnOnlyWhereTheyShareSomeWidth) {
    std::vector<Rect> boxes{{0, 40, 20, 10}, {100, 41, 20, 10}, {15, 42, 20, 10}, {30, 44, 20, 10}};
    spread_columns(boxes, 0, 100);
    EXPECT_EQ(boxes[0].y, 40);
    EXPECT_EQ(boxes[1].y, 41) << "stands alone";
    EXPECT_EQ(boxes[2].y, 50);
    EXPECT_EQ(boxes[3].y, 60);
    std::vector<Rect> none;
    spread_columns(none, 0, 100);
}

class LaneTest : public testing::Test {
protected:
    static constexpr Rect kArea{10, 5, 200, 30}; // two rows of 14, 16 apart
    /// Names are 40 wide, and 10 more where they count others.
    static std::vector<LaneChip> lay_out(const std::vector<LaneEvent>& events) {
        return lay_out_lane(events, kArea, 14, 16, 4, [](std::size_t, std::size_t count) {
            return count == 1 ? 40.0F : 50.0F;
        });
    }
};

TEST_F(LaneTest, NamesStandAtTheirEventsInTheHighestFreeRow) {
    const auto chips = lay_out({{20, 0}, {40, 0}, {64, 0}, {120, 0}});
    ASSERT_EQ(chips.size(), 4U);
    EXPECT_EQ(chips[0].rect, (Rect{20, 5, 40, 14}));
    EXPECT_EQ(chips[1].rect, (Rect{40, 21, 40, 14}));
    EXPECT_EQ(chips[2].rect, (Rect{64, 5, 40, 14})) << "four pixels apart";
    EXPECT_EQ(chips[3].rect, (Rect{120, 5, 40, 14}));
}

TEST_F(LaneTest, WhatFindsNoRoomIsCountedByTheNameBeforeItAndTheMostImportantIsNamed) {
    const auto chips = lay_out({{20, 0}, {22, 1}, {24, 3}, {26, 2}, {150, 0}});
    ASSERT_EQ(chips.size(), 3U);
    EXPECT_EQ(chips[1].first, 1U);
    EXPECT_EQ(chips[1].count, 3U);
    EXPECT_EQ(chips[1].head, 2U);
    EXPECT_EQ(chips[1].rect, (Rect{22, 21, 50, 14}));
    EXPECT_EQ(chips[2].first, 4U);
}

TEST_F(LaneTest, StandLeftOfTheirLineAtTheRightEdge) {
    const auto chips = lay_out({{200, 0}, {205, 0}, {210, 0}});
    ASSERT_EQ(chips.size(), 2U);
    EXPECT_EQ(chips[0].rect, (Rect{170, 5, 40, 14}));
    EXPECT_EQ(chips[1].rect, (Rect{160, 21, 50, 14})) << "of two, grown to the left";
    EXPECT_EQ(chips[1].count, 2U);
}

TEST_F(LaneTest, EveryEventIsToldOnceAndNoNameLiesOnAnother) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::vector<LaneEvent> events;
        const int count = static_cast<int>(random() % 60) + 1;
        for (int i = 0; i < count; ++i) {
            events.push_back(
                {10 + static_cast<float>(random() % 201), static_cast<int>(random() % 9)});
        }
        std::ranges::sort(events, {}, &LaneEvent::x);
        const auto chips = lay_out(events);
        std::size_t told = 0;
        for (const LaneChip& chip : chips) {
            ASSERT_EQ(chip.first, told);
            told += chip.count;
            for (std::size_t i = chip.first; i < told; ++i) {
                ASSERT_LE(events[i].rank, events[chip.head].rank);
            }
            ASSERT_GE(chip.rect.x, kArea.x);
            ASSERT_LE(chip.rect.right(), kArea.right());
            ASSERT_GT(chip.rect.width, 0);
            for (const LaneChip& other : chips) {
                ASSERT_TRUE(&other == &chip || !other.rect.overlaps(chip.rect)) << round;
            }
        }
        ASSERT_EQ(told, events.size());
    }
}

TEST_F(LaneTest, ThousandsAtOnePlaceAreMeasuredAFewTimes) {
    std::vector<LaneEvent> events(100000, LaneEvent{50, 0});
    int asked = 0;
    const auto chips = lay_out_lane(events, kArea, 14, 16, 4, [&](std::size_t, std::size_t) {
        ++asked;
        return 40.0F;
    });
    EXPECT_EQ(chips.size(), 2U);
    EXPECT_LT(asked, 10);
}

TEST(Beside, NeverCoversWhatStandsAboveAndBelowTheMouse) {
    constexpr float kGap = 18;
    for (const float screen : {800.0F, 1280.0F, 1920.0F}) {
        for (float x = 0; x < screen; x += 7) {
            for (const float width : {200.0F, 380.0F, 700.0F}) {
                const Rect place = place_beside(x, 500, width, 300, screen, 720, kGap);
                EXPECT_GE(place.x, 0);
                EXPECT_LE(place.right(), screen);
                EXPECT_LE(place.bottom(), 720);
                if (std::max(x, screen - x) >= width + kGap) {
                    EXPECT_TRUE(place.x >= x + kGap || place.right() <= x - kGap)
                        << width << " at " << x << " of " << screen;
                }
            }
        }
    }
}

TEST(Words, StandBesideTheSheetOfTheirControlWhileThereIsRoom) {
    const Rect sheet{300, 200, 600, 200};
    for (float y = 205; y < 380; y += 40) {
        const Rect words = place_words({310, y, 140, 30}, 280, 60, 1280, 720, sheet, 6);
        EXPECT_FALSE(words.overlaps(sheet)) << y;
        EXPECT_EQ(words.y, y) << "level with the control";
    }
    EXPECT_EQ(place_words({710, 300, 140, 30}, 280, 60, 1280, 720, {700, 200, 560, 200}, 6).right(),
              694)
        << "on the left where that has the room";
    const Rect low = place_words({310, 370, 140, 30}, 280, 60, 1280, 400, sheet, 6);
    EXPECT_EQ(low.bottom(), 400) << "whole within the screen";
}

TEST(Words, ElseStandBelowTheirControlAndNeverOverIt) {
    const Rect window{0, 0, 800, 600};
    for (const Rect& item : {Rect{0, 0, 60, 24}, Rect{740, 0, 60, 24}, Rect{740, 576, 60, 24},
                             Rect{0, 576, 60, 24}, Rect{300, 480, 60, 24}}) {
        const Rect words = place_words(item, 300, 90, 800, 600, window, 6);
        EXPECT_FALSE(words.overlaps(item)) << item.x << ' ' << item.y;
        EXPECT_GE(words.x, 0);
        EXPECT_GE(words.y, 0);
        EXPECT_LE(words.right(), 800);
        EXPECT_LE(words.bottom(), 600);
    }
    EXPECT_EQ(place_words({100, 100, 60, 24}, 300, 90, 800, 600, window, 6),
              (Rect{100, 130, 300, 90}));
}

TEST(Words, StandWhereTheyHideLeastOfTheOtherControls) {
    const Rect window{0, 0, 800, 600};
    const Rect item{300, 300, 80, 24};
    const auto at = [&](std::vector<Rect> others) {
        others.push_back(item); // it is one of them
        return place_words(item, 200, 60, 800, 600, window, 6, others);
    };
    const Rect below{300, 330, 200, 60};
    const Rect above{300, 234, 200, 60};
    const Rect right{386, 300, 200, 60};
    const Rect left{94, 300, 200, 60};
    EXPECT_EQ(at({}), below);
    EXPECT_EQ(at({{300, 330, 80, 24}}), above) << "a column of controls goes on";
    EXPECT_EQ(at({{300, 330, 80, 24}, {300, 270, 80, 24}}), right);
    EXPECT_EQ(at({{300, 330, 80, 24}, {300, 270, 80, 24}, {400, 300, 80, 24}}), left);
    EXPECT_EQ(at({{300, 330, 80, 24}, {300, 270, 80, 24}, {400, 300, 10, 10}, {200, 300, 80, 24}}),
              right)
        << "a little of one rather than all of another";
}

} // namespace
} // namespace grokscope::ui
