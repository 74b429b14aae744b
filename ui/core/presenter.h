// Presenter mode (F5): what it shows and how large. Switching it changes nothing else of the view,
// so that F5 again restores exactly what was there. Arithmetic, no ImGui.
#pragma once

#include <algorithm>
#include <cstdint>

namespace grokscope::ui {

enum class ThemeKind : std::uint8_t { kDark, kLight };

/// The picture beside the accuracy. Before and after: the circle of the first recorded weights and
/// that of the cursor's epoch, along one frequency.
enum class PresenterPicture : std::uint8_t { kLoss, kWavetable, kCircle, kBeforeAfter };

struct PresenterView {
    bool on = false;
    ThemeKind theme = ThemeKind::kLight;
    /// User's zoom on top of presenter_scale(), 0.7..1.5.
    float zoom = 1;
    PresenterPicture picture = PresenterPicture::kCircle;
};

/// Scale at which 15 px type becomes 30 px on 1920 x 1080, and the same share of other screens, of
/// upright ones too.
[[nodiscard]] inline float presenter_scale(float width, float height) {
    const float longer = std::max(width, height);
    const float shorter = std::min(width, height);
    return std::clamp(2 * std::min(longer / 1920.0F, shorter / 1080.0F), 0.7F, 4.0F);
}

} // namespace grokscope::ui
