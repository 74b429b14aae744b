#include "imgui_characters.h"

#include <imgui.h>
#include <imgui_internal.h>

// Stands in imgui_draw.cpp for the function that it reads a text's characters with (see
// CMakeLists.txt). ASCII does not come here.
IMGUI_API int grokscope_read_character(unsigned int* character, const char* text, const char* end);

int grokscope_read_character(unsigned int* character, const char* text, const char* end) {
    const int bytes = ImTextCharFromUtf8(character, text, end);
    const ImGuiContext* const imgui = ImGui::GetCurrentContext();
    if (imgui != nullptr && imgui->IO.UserData != nullptr) {
        static_cast<grokscope::CharactersSeen*>(imgui->IO.UserData)->note(*character);
    }
    return bytes;
}
