// Which parts of a frame are drawn again: those that look different, and few others.
#include "ui/window/frame_damage.h"

#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_internal.h> // draw lists without a context

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 480;
constexpr int kTile = FrameDamage::kTile;
const PixelBox kAll{0, 0, kWidth, kHeight};

/// A frame as ImGui describes it.
struct Frame {
    ImDrawListSharedData shared;
    ImDrawList list{&shared};
    ImDrawData data;

    Frame() {
        list._ResetForNewFrame();
        list.PushClipRect({0, 0}, {kWidth, kHeight});
        list.PushTextureID(reinterpret_cast<ImTextureID>(3));
    }
    void fill(const PixelBox& box, ImU32 color) {
        list.PrimReserve(6, 4);
        list.PrimRect({static_cast<float>(box.left), static_cast<float>(box.top)},
                      {static_cast<float>(box.right), static_cast<float>(box.bottom)}, color);
    }
    [[nodiscard]] ImDrawData& drawn() {
        data.CmdLists.resize(0);
        data.CmdLists.push_back(&list);
        data.CmdListsCount = 1;
        data.DisplaySize = {kWidth, kHeight};
        return data;
    }
};

struct Damage {
    FrameDamage damage;
    std::vector<Ground> grounds;

    std::vector<PixelBox> take(Frame& frame) {
        return damage.take(kWidth, kHeight, grounds, frame.drawn());
    }
    /// A frame with one rectangle.
    std::vector<PixelBox> take(const PixelBox& box, ImU32 color = IM_COL32_WHITE) {
        Frame frame;
        frame.fill(box, color);
        return take(frame);
    }
};

TEST(FrameDamage, TheFirstFrameIsDrawnWholeTheSameAgainNotAtAll) {
    Damage damage;
    const PixelBox box{100, 100, 150, 150};
    EXPECT_EQ(damage.take(box), std::vector{kAll});
    EXPECT_TRUE(damage.take(box).empty());
    damage.damage.forget();
    EXPECT_EQ(damage.take(box), std::vector{kAll});
    Frame frame;
    frame.fill(box, IM_COL32_WHITE);
    EXPECT_EQ(damage.damage.take(kWidth - 1, kHeight, {}, frame.drawn()),
              (std::vector{PixelBox{0, 0, kWidth - 1, kHeight}}));
}

TEST(FrameDamage, WhatMovedIsDrawnWhereItWasAndWhereItIs) {
    Damage damage;
    (void)damage.take({kTile, kTile, 2 * kTile, 2 * kTile});
    const auto parts = damage.take({10 * kTile, 5 * kTile, 11 * kTile, 6 * kTile});
    ASSERT_EQ(parts.size(), 2U);
    std::int64_t area = 0;
    for (const PixelBox& part : parts) {
        area += part.area();
    }
    // A triangle counts one pixel beyond its edge.
    EXPECT_LE(area, 2 * 4 * kTile * kTile);
    EXPECT_EQ(intersection(parts[0], {kTile, kTile, 2 * kTile, 2 * kTile}).area(), kTile * kTile);
    EXPECT_EQ(intersection(parts[1], {10 * kTile, 5 * kTile, 11 * kTile, 6 * kTile}).area(),
              kTile * kTile);
}

TEST(FrameDamage, WhateverMakesItLookOtherwiseCounts) {
    const PixelBox box{200, 200, 260, 260};
    struct Way {
        const char* name;
        void (*draw)(Frame&, const PixelBox&);
    };
    const auto plain = [](Frame& frame, const PixelBox& at) { frame.fill(at, IM_COL32_WHITE); };
    for (const auto& [name, draw] : {
             Way{"colour", [](Frame&frame, const PixelBox&at) { frame.fill(at, IM_COL32_BLACK); }},
             Way{"a pixel to the right",
                 [](Frame&frame, const PixelBox&at) {
                     frame.fill({at.left + 1, at.top, at.right, at.bottom}, IM_COL32_WHITE);
                 }},
             Way{"another texture, or its next version",
                 [](Frame&frame, const PixelBox&at) {
                     frame.list.PushTextureID(reinterpret_cast<ImTextureID>(3 + (1ULL << 32)));
                     frame.fill(at, IM_COL32_WHITE);
                 }},
             Way{"clipped",
                 [](Frame&frame, const PixelBox&at) {
                     frame.list.PushClipRect({210, 210}, {220, 220});
                     frame.fill(at, IM_COL32_WHITE);
                 }},
             Way{"something on it",
                 [](Frame&frame, const PixelBox&at) {
                     frame.fill(at, IM_COL32_WHITE);
                     frame.fill({230, 230, 231, 231}, IM_COL32_BLACK);
                 }},
             Way{"gone", [](Frame&, const PixelBox&) {}},
         }) {
        Damage damage;
        Frame before;
        plain(before, box);
        (void)damage.take(before);
        Frame after;
        draw(after, box);
        const auto parts = damage.take(after);
        ASSERT_EQ(parts.size(), 1U) << name;
        EXPECT_LE(parts[0].area(), 16 * kTile * kTile) << name;
        EXPECT_FALSE(intersection(parts[0], {230, 230, 231, 231}).empty()) << name;
    }
}

TEST(FrameDamage, TheOrderOfWhatLiesOnEachOtherCounts) {
    const auto frame_of = [](ImU32 below, ImU32 above) {
        auto frame = std::make_unique<Frame>();
        frame->fill({100, 100, 110, 110}, below);
        frame->fill({100, 100, 110, 110}, above);
        return frame;
    };
    Damage damage;
    (void)damage.take(*frame_of(IM_COL32_WHITE, IM_COL32_BLACK));
    EXPECT_FALSE(damage.take(*frame_of(IM_COL32_BLACK, IM_COL32_WHITE)).empty());
}

TEST(FrameDamage, AnotherGroundIsDrawnThere) {
    Damage damage;
    const PixelBox box{600, 440, 620, 460};
    (void)damage.take(box);
    damage.grounds.push_back({{64, 64, 32, 32}, {1, 0, 0, 1}});
    EXPECT_EQ(damage.take(box), (std::vector{PixelBox{64, 64, 96, 96}}));
    damage.grounds[0].color.g = 0.1F;
    EXPECT_EQ(damage.take(box), (std::vector{PixelBox{64, 64, 96, 96}}));
    EXPECT_TRUE(damage.take(box).empty());
}

TEST(FrameDamage, FewDisjointPartsHoldAllThatChanged) {
    std::mt19937 random(5);
    const auto below = [&](int bound) {
        return static_cast<int>(random() % static_cast<unsigned>(bound));
    };
    for (int round = 0; round < 200; ++round) {
        Damage damage;
        Frame empty;
        (void)damage.take(empty);
        Frame frame;
        std::vector<PixelBox> boxes;
        for (int i = below(60); i >= 0; --i) {
            const int x = below(kWidth - 20);
            const int y = below(kHeight - 20);
            boxes.push_back({x, y, x + 1 + below(19), y + 1 + below(19)});
            frame.fill(boxes.back(), IM_COL32_WHITE);
        }
        const auto parts = damage.take(frame);
        EXPECT_LE(parts.size(), FrameDamage::kMostParts);
        for (const PixelBox& box : boxes) {
            std::int64_t held = 0;
            for (const PixelBox& part : parts) {
                held += intersection(part, box).area();
            }
            ASSERT_EQ(held, box.area()); // once: what is blended twice looks otherwise
        }
    }
}

TEST(FrameDamage, FiguresThatAreNoneAndFarAwayOnesAreBorne) {
    Damage damage;
    Frame frame;
    const float nan = std::nanf("");
    const float inf = std::numeric_limits<float>::infinity();
    frame.list.PrimReserve(6, 4);
    frame.list.PrimRect({nan, -inf}, {inf, nan}, IM_COL32_WHITE);
    frame.list.PushClipRect({-1e30F, -1e30F}, {1e30F, 1e30F});
    frame.fill({-1000000, -1000000, 1000000, 1000000}, IM_COL32_WHITE);
    EXPECT_EQ(damage.take(frame), std::vector{kAll});
    EXPECT_TRUE(damage.take(frame).empty());
    keep_only(frame.drawn(), std::vector{PixelBox{0, 0, 32, 32}});
    EXPECT_GE(frame.list.CmdBuffer.Size, 1);
}

TEST(FrameDamage, OnlyWhatReachesIntoAPartIsKept) {
    Frame frame;
    frame.fill({0, 0, kWidth, kHeight}, IM_COL32_BLACK);
    frame.fill({10, 10, 20, 20}, IM_COL32_WHITE);
    frame.fill({300, 300, 310, 310}, IM_COL32_WHITE);
    keep_only(frame.drawn(), std::vector{PixelBox{0, 0, 64, 64}, PixelBox{320, 0, 352, 32}});
    ASSERT_EQ(frame.list.CmdBuffer.Size, 2);
    EXPECT_EQ(frame.list.CmdBuffer[0].ElemCount, 12U); // the large one and the first small one
    EXPECT_EQ(frame.list.CmdBuffer[0].ClipRect.z, 64);
    EXPECT_EQ(frame.list.CmdBuffer[1].ElemCount, 6U);
    EXPECT_EQ(frame.list.CmdBuffer[1].ClipRect.x, 320);
}

} // namespace
} // namespace grokscope::ui
