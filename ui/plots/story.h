// The story caption: what the selected run is doing at the cursor's epoch, in words for people.
// Threads: main thread only.
#pragma once

#include "ui/core/claims.h"
#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// What can be said at that place of the selected run at the cursor's epoch.
[[nodiscard]] const Claim& shown_claim(const PanelInput& input, Place place);

/// Height of the caption at 100 %.
inline constexpr float kStoryHeight = 34;
/// Draws headline and sentence into `rect` of the current ImGui window.
void draw_story(const PanelInput& input, const Rect& rect);

} // namespace grokscope::ui
