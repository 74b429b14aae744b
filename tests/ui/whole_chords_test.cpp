// However a chord falls on frames, a field reads all of it.
#include "ui/window/whole_chords.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <array>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

struct Event {
    ImGuiKey key;
    bool down;
};

/// A window with a field that has the caret behind "two".
struct Window {
    ImGuiContext* imgui = ImGui::CreateContext();
    std::array<char, 64> field{"two"};

    Window() {
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = {400, 300};
        unsigned char* pixels = nullptr;
        int width = 0;
        int height = 0;
        io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
        frame(true);
        frames(3);
        keys({{ImGuiKey_End, true}, {ImGuiKey_End, false}});
        frames(3);
    }
    ~Window() { ImGui::DestroyContext(imgui); }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    void frame(bool focus = false) {
        ImGui::GetIO().DeltaTime = 1.0F / 30;
        {
            const WholeChords chords;
            ImGui::NewFrame();
        }
        ImGui::Begin("sheet");
        if (focus) {
            ImGui::SetKeyboardFocusHere();
        }
        ImGui::InputText("field", field.data(), field.size());
        ImGui::End();
        ImGui::Render();
    }
    void frames(int count) {
        for (int i = 0; i < count; ++i) {
            frame();
        }
    }
    static void keys(const std::vector<Event>& events) {
        for (const Event& event : events) {
            ImGui::GetIO().AddKeyEvent(event.key, event.down);
        }
    }
    std::string typed(const char* text) {
        ImGui::GetIO().AddInputCharactersUTF8(text);
        frames(6);
        return field.data();
    }
};

/// Ctrl+A as a back end tells it, with a frame behind the first `before` of its events.
std::string selected_and_typed(std::size_t before) {
    const std::vector<Event> chord = {{ImGuiMod_Ctrl, true},      {ImGuiKey_LeftCtrl, true},
                                      {ImGuiKey_A, true},         {ImGuiMod_Ctrl, false},
                                      {ImGuiKey_LeftCtrl, false}, {ImGuiKey_A, false}};
    Window window;
    const auto cut = chord.begin() + static_cast<std::ptrdiff_t>(before);
    Window::keys({chord.begin(), cut});
    window.frame();
    Window::keys({cut, chord.end()});
    window.frames(4);
    return window.typed("7");
}

TEST(WholeChords, SelectsAllWhereverTheFrameFalls) {
    for (std::size_t before = 0; before <= 6; ++before) {
        EXPECT_EQ(selected_and_typed(before), "7") << before;
    }
}

TEST(WholeChords, AModifierThatComesBehindALetterIsNotOfIt) {
    Window window;
    Window::keys({{ImGuiKey_A, true}, {ImGuiMod_Ctrl, true}, {ImGuiKey_LeftCtrl, true}});
    window.frame();
    Window::keys({{ImGuiKey_A, false}, {ImGuiMod_Ctrl, false}, {ImGuiKey_LeftCtrl, false}});
    window.frames(4);
    EXPECT_EQ(window.typed("7"), "two7");
}

TEST(WholeChords, WhatIsHeldBackComesInItsOrder) {
    Window window;
    Window::keys({{ImGuiKey_Home, true},
                  {ImGuiMod_Shift, true},
                  {ImGuiKey_LeftShift, true},
                  {ImGuiKey_Home, false},
                  {ImGuiKey_End, true},
                  {ImGuiMod_Shift, false},
                  {ImGuiKey_LeftShift, false},
                  {ImGuiKey_End, false}});
    window.frames(6);
    EXPECT_EQ(window.typed("7"), "7");
}

} // namespace
} // namespace grokscope::ui
