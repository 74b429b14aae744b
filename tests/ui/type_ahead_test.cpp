// Letters typed right behind the key that opens a sheet go into its field, all of them, and do
// nothing else.
#include "ui/window/type_ahead.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

Chord letter(char which, bool ctrl = false) {
    Chord chord;
    chord.key = Chord::Key::kLetter;
    chord.letter = which;
    chord.ctrl = ctrl;
    return chord;
}

/// A window with a sheet that Ctrl+O or J opens; its field takes the caret as those of ours do.
struct Window {
    ImGuiContext* imgui = ImGui::CreateContext();
    TypeAhead ahead;
    std::vector<KeyPress> pressed; ///< since the last frame
    std::vector<KeyPress> acted;   ///< on shortcuts, since the beginning
    std::array<char, 64> field{};
    bool open = false;
    bool has_field = true;
    bool entered = false;

    Window() {
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = {400, 300};
        io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
        unsigned char* pixels = nullptr;
        int width = 0;
        int height = 0;
        io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
        frame();
        frame();
    }
    ~Window() { ImGui::DestroyContext(imgui); }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    void type(char which) {
        ImGuiIO& io = ImGui::GetIO();
        io.AddKeyEvent(static_cast<ImGuiKey>(ImGuiKey_A + (which - 'a')), true);
        io.AddInputCharacter(static_cast<unsigned>(which));
        io.AddKeyEvent(static_cast<ImGuiKey>(ImGuiKey_A + (which - 'a')), false);
        pressed.push_back({letter(static_cast<char>(which - 'a' + 'A')), false, 1});
    }
    void type(const std::string& text) {
        for (const char which : text) {
            type(which);
        }
    }
    void press_ctrl_o() {
        ImGuiIO& io = ImGui::GetIO();
        for (const bool down : {true, false}) {
            io.AddKeyEvent(ImGuiMod_Ctrl, down);
            io.AddKeyEvent(ImGuiKey_O, down);
        }
        pressed.push_back({letter('O', true)});
    }
    void press_enter() {
        for (const bool down : {true, false}) {
            ImGui::GetIO().AddKeyEvent(ImGuiKey_Enter, down);
        }
    }
    static bool opens(Action action) { return action == Action::kOpen || action == Action::kGuess; }

    void frame() {
        const auto now = ahead.let_through(std::exchange(pressed, {}), opens);
        ImGui::GetIO().DeltaTime = 1.0F / 30;
        ImGui::NewFrame();
        if (!ImGui::GetIO().WantTextInput) {
            acted.insert(acted.end(), now.begin(), now.end());
        }
        for (const KeyPress& press : acted) {
            open = open || opens(action_of(press));
        }
        if (open) {
            ImGui::SetNextWindowPos({20, 20});
            ImGui::SetNextWindowSize({200, 100});
            ImGui::Begin("sheet");
            if (has_field) {
                if (ImGui::IsWindowAppearing()) {
                    ImGui::SetKeyboardFocusHere();
                }
                entered = ImGui::InputText("field", field.data(), field.size(),
                                           ImGuiInputTextFlags_EnterReturnsTrue) ||
                          entered;
            }
            ImGui::End();
        }
        ImGui::Render();
    }
    void frames(int count) {
        for (int i = 0; i < count; ++i) {
            frame();
        }
    }
};

TEST(TypeAhead, LettersOfTheSameMomentGoIntoTheField) {
    Window window;
    window.press_ctrl_o();
    window.type("path");
    window.frames(16);
    EXPECT_STREQ(window.field.data(), "path");
    EXPECT_EQ(window.acted.size(), 1U); // P would turn the presenter on
    EXPECT_FALSE(window.ahead.waits());
}

TEST(TypeAhead, LettersOfAnyOfTheNextFramesDoToo) {
    for (int later = 1; later < 8; ++later) {
        Window window;
        window.press_ctrl_o();
        window.frames(later);
        window.type("path");
        window.frames(16);
        EXPECT_STREQ(window.field.data(), "path") << later << " frames later";
        EXPECT_EQ(window.acted.size(), 1U) << later;
    }
}

TEST(TypeAhead, OneLetterEachFrameLosesNone) {
    Window window;
    window.press_ctrl_o();
    for (const char which : std::string("abcdefgh")) {
        window.type(which);
        window.frame();
    }
    window.frames(24);
    EXPECT_STREQ(window.field.data(), "abcdefgh");
    EXPECT_EQ(window.acted.size(), 1U);
}

TEST(TypeAhead, TheLetterThatOpensIsNotTyped) {
    Window window;
    window.type("ja");
    window.frames(16);
    EXPECT_STREQ(window.field.data(), "a");
    ASSERT_EQ(window.acted.size(), 1U);
    EXPECT_EQ(window.acted[0].chord, letter('J'));
}

TEST(TypeAhead, WhatCameBeforeStillActsAndEnterComesAtTheEnd) {
    Window window;
    window.type('f');
    window.press_ctrl_o();
    window.type("ab");
    window.press_enter();
    window.frames(20);
    EXPECT_STREQ(window.field.data(), "ab");
    EXPECT_TRUE(window.entered);
    ASSERT_EQ(window.acted.size(), 2U);
    EXPECT_EQ(window.acted[0].chord, letter('F'));
}

TEST(TypeAhead, WhereNoFieldComesTheKeysActAfterAll) {
    Window window;
    window.has_field = false;
    window.press_ctrl_o();
    window.type("f");
    window.frames(12);
    ASSERT_EQ(window.acted.size(), 2U);
    EXPECT_EQ(window.acted[1].chord, letter('F'));
    EXPECT_FALSE(window.ahead.waits());
}

} // namespace
} // namespace grokscope::ui
