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

/// Scale at which 15 px type becomes 30 px on 1080 lines, and the same share of other screens.
[[nodiscard]] inline float presenter_scale(float width, float height) {
    return std::clamp(2 * std::min(width / 1920.0F, height / 1080.0F), 0.7F, 4.0F);
}

} // namespace grokscope::ui
