// What marks a place of a plot is whole, also at the plot's edge.
#include "ui/core/palette.h"
#include "ui/core/plot_axes.h"
#include "ui/kit/curve_painter.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr Rect kArea{100, 100, 300, 200};

/// What a command of the list draws, and what its clipping leaves visible.
struct Drawn {
    Rect all;
    Rect clip;

    [[nodiscard]] bool whole() const {
        constexpr float kBlur = 1;
        return all.x >= clip.x - kBlur && all.y >= clip.y - kBlur &&
               all.right() <= clip.right() + kBlur && all.bottom() <= clip.bottom() + kBlur;
    }
};

Rect around(const ImDrawList& list, const ImDrawCmd& command) {
    ImVec2 low{1e9F, 1e9F};
    ImVec2 high{-1e9F, -1e9F};
    for (unsigned i = 0; i < command.ElemCount; ++i) {
        const ImDrawIdx at = list.IdxBuffer[static_cast<int>(command.IdxOffset + i)];
        const ImVec2 place = list.VtxBuffer[static_cast<int>(command.VtxOffset + at)].pos;
        low = {std::min(low.x, place.x), std::min(low.y, place.y)};
        high = {std::max(high.x, place.x), std::max(high.y, place.y)};
    }
    return {low.x, low.y, high.x - low.x, high.y - low.y};
}

/// The plot from 0 to 300 and 0 to 1, a pixel an epoch, clipped to its area.
std::vector<Drawn> painted(const Series& series, CurveLook look, bool log = false) {
    ImGuiContext* const imgui = ImGui::CreateContext();
    std::vector<Drawn> drawn;
    {
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = {500, 400};
        io.Fonts->Build();
        ImGui::NewFrame();
        ImDrawList& list = *ImGui::GetBackgroundDrawList();
        list.PushClipRect({kArea.x, kArea.y}, {kArea.right(), kArea.bottom()});
        const PlotFrame frame{kArea, 0, 300, log ? kLogFloor : 0, 1, false, log};
        look.style.color = {1, 1, 1, 1};
        (void)CurvePainter().paint(list, frame, series, look, {0, 0, 0, 1});
        for (const ImDrawCmd& command : list.CmdBuffer) {
            if (command.ElemCount > 0) {
                const ImVec4& clip = command.ClipRect;
                drawn.push_back(
                    {around(list, command), {clip.x, clip.y, clip.z - clip.x, clip.w - clip.y}});
            }
        }
        list.PopClipRect();
        ImGui::EndFrame();
    }
    ImGui::DestroyContext(imgui);
    return drawn;
}

Series points(const std::vector<std::pair<int, double>>& values) {
    Series series;
    for (const auto& [epoch, value] : values) {
        series.append(epoch, value);
    }
    return series;
}

TEST(EdgeMarks, ALonePointInACornerIsWhole) {
    const auto drawn = painted(points({{300, 1.0}}), CurveLook{.style = {}, .thickness = 4});
    ASSERT_EQ(drawn.size(), 1U);
    EXPECT_TRUE(drawn[0].whole());
    EXPECT_GT(drawn[0].all.width, 8);
    EXPECT_GT(drawn[0].all.right(), kArea.right() + 3);
    EXPECT_LT(drawn[0].all.y, kArea.y - 3);
}

TEST(EdgeMarks, WhatLiesBelowALogarithmicAxisIsMarkedWholeAtItsBeginning) {
    const auto drawn =
        painted(points({{0, 0.0}, {100, 0.5}}), CurveLook{.style = {}, .markers = false}, true);
    const auto mark = std::ranges::find_if(
        drawn, [](const Drawn& one) { return one.clip.x < kArea.x && one.whole(); });
    ASSERT_NE(mark, drawn.end());
    EXPECT_LE(mark->all.x, kArea.x - 3);
    EXPECT_NEAR(mark->all.bottom(), kArea.bottom(), 1);
}

TEST(EdgeMarks, MarkersOfACurveThatRunsAlongTheEdgeAreWholeAndItsLineIsNot) {
    CurveLook look;
    look.style.marker = MarkerShape::kDiamond;
    const auto drawn = painted(points({{0, 1.0}, {300, 1.0}}), look);
    ASSERT_EQ(drawn.size(), 2U);
    EXPECT_EQ(drawn[0].clip, kArea) << "the line";
    EXPECT_FALSE(drawn[0].whole());
    EXPECT_TRUE(drawn[1].whole()) << "its markers";
    EXPECT_LT(drawn[1].all.y, kArea.y - 4);
    EXPECT_LT(drawn[1].all.bottom(), kArea.y + 10);
}

TEST(EdgeMarks, OfACurveOutsideThereIsNoPieceOfAMark) {
    CurveLook look;
    look.style.marker = MarkerShape::kDiamond;
    for (const Drawn& one : painted(points({{0, 1.02}, {300, 1.02}}), look)) {
        EXPECT_EQ(one.clip, kArea) << "a marker, 4 pixels above the plot";
    }
}

} // namespace
} // namespace grokscope::ui
