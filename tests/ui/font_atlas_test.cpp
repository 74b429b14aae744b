// The window's fonts have every character that some font of the system has.
#include "ui/core/claims.h"
#include "ui/core/text.h"
#include "ui/kit/font_atlas.h"
#include "ui/kit/widgets.h"
#include "ui/runs/run_card.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {
namespace {

struct Fonts : testing::Test {
    ImGuiContext* imgui = ImGui::CreateContext();
    FontAtlas atlas;
    Theme theme;

    Fonts() {
        theme.palette = &palette_of(theme.kind);
        atlas.build(theme);
    }
    ~Fonts() override { ImGui::DestroyContext(imgui); }

    /// As a frame does that shows this text; true when it had something new.
    bool show(std::string_view text) {
        (void)text_size(theme.text, text);
        const bool fresh = atlas.has_new_characters();
        if (fresh) {
            atlas.build(theme);
        }
        return fresh;
    }
    [[nodiscard]] std::array<ImFont*, 5> all() const {
        return {theme.text, theme.small, theme.strong, theme.mono, theme.figure};
    }
};

TEST_F(Fonts, TheNarrowestCardHasRoomForEveryStateOfARun) {
    for (const float scale : {1.0F, 1.25F, 1.5F, 2.0F}) {
        theme.scale = scale;
        atlas.build(theme);
        const float room = state_room(theme, theme.px(kNarrowestCard));
        std::vector<std::string> all;
        for (const RunState state : {RunState::kIdle, RunState::kRunning, RunState::kPaused,
                                     RunState::kFinished, RunState::kFailed, RunState::kRemoved}) {
            all.emplace_back(text::state(state));
        }
        for (const Claim& one : claims()) {
            if (one.place == Place::kResting) {
                all.emplace_back(one.words);
            }
        }
        EXPECT_GE(all.size(), 7U);
        for (const std::string& words : all) {
            EXPECT_LE(text_size(theme.small, words).x, room) << words << " at " << scale;
        }
    }
}

TEST_F(Fonts, TheWindowsOwnTextNeedsNoNewOnes) {
    EXPECT_FALSE(show("epoch 1,600 \xE2\x80\x93 caf\xC3\xA9 10\xE2\x81\xBB\xE2\x81\xB6"));
}

TEST_F(Fonts, CyrillicAndLatinTwoAreBuiltInAndComeWithTheirFirstUse) {
    constexpr std::string_view kLetters = "\u041F\u0440\u0438\u0432\u0435\u0442 "
                                          "\u0142\u0159\u0151 \u03B1\u03B2\u03B3";
    EXPECT_EQ(theme.text->FindGlyphNoFallback(0x041F), nullptr);
    EXPECT_TRUE(show(kLetters));
    EXPECT_FALSE(show(kLetters)) << "once";
    for (ImFont* const font : all()) {
        for (const ImWchar letter : {0x041F, 0x0440, 0x0438, 0x0432, 0x0435, 0x0442, 0x0142, 0x0159,
                                     0x0151, 0x03B1, 0x03B2, 0x03B3}) {
            const ImFontGlyph* const glyph = font->FindGlyphNoFallback(letter);
            ASSERT_NE(glyph, nullptr) << letter;
            EXPECT_TRUE(glyph->Visible);
            EXPECT_GT(glyph->AdvanceX, 0);
        }
    }
}

TEST_F(Fonts, WhatTheBuiltInOnesLackComesFromTheSystem) {
    EXPECT_TRUE(show("\u0531\u0532 \u10D0")); // Armenian, Georgian: in DejaVu
    for (ImFont* const font : all()) {
        for (const ImWchar letter : {0x0531, 0x0532, 0x10D0}) {
            const ImFontGlyph* const glyph = font->FindGlyphNoFallback(letter);
            ASSERT_NE(glyph, nullptr) << letter;
            EXPECT_TRUE(glyph->Visible);
        }
    }
    EXPECT_TRUE(show("\u041F"));
    EXPECT_NE(theme.text->FindGlyphNoFallback(0x0531), nullptr) << "what was found stays";
}

TEST_F(Fonts, ACharacterThatNobodyHasIsABox) {
    EXPECT_TRUE(show("\U0010FFFD"));
    for (ImFont* const font : all()) {
        EXPECT_EQ(font->FindGlyphNoFallback(0x10FFFD), nullptr);
        EXPECT_EQ(font->FindGlyph(0x10FFFD)->Codepoint, 0x25A1U) << "never a question mark";
        EXPECT_TRUE(font->FindGlyph(0x10FFFD)->Visible);
    }
}

TEST_F(Fonts, ASignThatChangesTheLetterBeforeItTakesNoRoom) {
    EXPECT_TRUE(show("\uFE0F"));
    EXPECT_EQ(theme.text->FindGlyph(0xFE0F)->AdvanceX, 0);
}

} // namespace
} // namespace grokscope::ui
