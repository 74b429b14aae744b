// Fonts, sizes and colours of the window at its present scale.
// Threads: main thread only.
#pragma once

#include "ui/core/palette.h"

#include <imgui.h>

namespace grokscope::ui {

/// Opacity of the words of what cannot be used now: 3:1 on their ground, and no more.
inline constexpr float kDisabled = 0.58F;

/// What panels need to draw themselves. Made anew when theme or scale change.
struct Theme {
    ThemeKind kind = ThemeKind::kDark;
    /// Monitor's scale times the user's: 1 at 100 %.
    float scale = 1;
    const Palette* palette = nullptr;

    ImFont* text = nullptr;   ///< Inter 15
    ImFont* small = nullptr;  ///< Inter 13: captions, axis labels
    ImFont* strong = nullptr; ///< Inter SemiBold 15: titles, Start
    ImFont* mono = nullptr;   ///< JetBrains Mono 13: figures in columns
    ImFont* figure = nullptr; ///< Inter SemiBold 22: large figures

    ImFont* huge = nullptr; ///< Inter SemiBold 48, figures only; null unless presenting
    /// Presenter mode: nothing is written smaller than 14 at 100 %, curves are thicker.
    bool presenting = false;

    /// Pixels of a length given at 100 %.
    [[nodiscard]] float px(float length) const { return length * scale; }
    /// Thickness of a curve in pixels: test is thick, train thin.
    [[nodiscard]] float curve(bool test) const {
        return presenting ? px(test ? 2.6F : 1.6F) : px(test ? 2.2F : 1.2F);
    }
};

[[nodiscard]] inline ImVec4 vec4(const Color& color) {
    return {color.r, color.g, color.b, color.a};
}
[[nodiscard]] inline ImU32 u32(const Color& color) {
    return ImGui::ColorConvertFloat4ToU32(vec4(color));
}

/// Sets ImGui's and ImPlot's style for `theme` from fresh ones (scaling twice would drift).
void apply_style(const Theme& theme);

} // namespace grokscope::ui
