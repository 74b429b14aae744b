#include "ui/window/imgui_times.h"

#include "ui/core/frame_wish.h"

#include <imgui.h>
#include <imgui_internal.h> // how long what has lasted

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

namespace {

/// ImGui adds up the lengths of frames: a wait that ends a hair early would cost a whole frame.
constexpr double kSlack = 0.002;

/// Until the item under the mouse has waited long enough for its tooltip.
double to_tooltip(const ImGuiContext& imgui) {
    if (imgui.HoverItemDelayId == 0) {
        return kNever;
    }
    const ImGuiStyle& style = imgui.Style;
    const bool rested = imgui.HoverItemUnlockedStationaryId == imgui.HoverItemDelayId;
    const double resting =
        rested ? 0 : std::max(style.HoverStationaryDelay - imgui.MouseStationaryTimer, 0.0F);
    const double hovering = style.HoverDelayShort - imgui.HoverItemDelayTimer;
    return rested && hovering <= 0 ? kNever : std::max({resting, hovering, 0.0}) + kSlack;
}

/// Until the caret appears or goes: ImGui shows it for the first 0.8 s of every 1.2.
double to_blink(const ImGuiContext& imgui) {
    const ImGuiInputTextState& field = imgui.InputTextState;
    if (imgui.ActiveId == 0 || field.ID != imgui.ActiveId || !imgui.IO.ConfigInputTextCursorBlink) {
        return kNever;
    }
    const double phase = field.CursorAnim < 0 ? field.CursorAnim : std::fmod(field.CursorAnim, 1.2);
    return (phase <= 0.8 ? 0.8 : 1.2) - phase + kSlack;
}

/// Until a key that is held counts as pressed again, in a field or for the focus ring.
double to_repetition(const ImGuiContext& imgui) {
    const ImGuiIO& io = imgui.IO;
    double rest = kNever;
    if (!io.WantTextInput && !io.NavVisible) {
        return rest;
    }
    for (int key = ImGuiKey_Tab; key <= ImGuiKey_KeypadEqual; ++key) {
        const bool modifier = key >= ImGuiKey_LeftCtrl && key <= ImGuiKey_RightSuper;
        const ImGuiKeyData& data = *ImGui::GetKeyData(static_cast<ImGuiKey>(key));
        if (data.Down && !modifier) {
            const double held = data.DownDuration - io.KeyRepeatDelay;
            rest = std::min(rest, held < 0 ? -held
                                           : io.KeyRepeatRate - std::fmod(held, io.KeyRepeatRate));
        }
    }
    return rest;
}

/// A window finds its size out of sight; what lies under a list of windows darkens gradually.
bool is_settling(const ImGuiContext& imgui) {
    const bool fading = imgui.DimBgRatio > 0 && imgui.DimBgRatio < 1;
    return fading || imgui.NavWindowingTarget != nullptr ||
           std::any_of(imgui.Windows.begin(), imgui.Windows.end(), [](const ImGuiWindow* window) {
               // A child out of sight stays hidden.
               const bool own =
                   window->Active && (window->Flags & ImGuiWindowFlags_ChildWindow) == 0;
               return own && (window->HiddenFramesCanSkipItems > 0 ||
                              window->HiddenFramesCannotSkipItems > 0);
           });
}

} // namespace

double seconds_to_imgui_change() {
    const ImGuiContext& imgui = *ImGui::GetCurrentContext();
    if (is_settling(imgui)) {
        return 0;
    }
    return std::min({to_tooltip(imgui), to_blink(imgui), to_repetition(imgui)});
}

} // namespace grokscope::ui
