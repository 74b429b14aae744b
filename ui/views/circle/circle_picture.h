// Draws one circle: tokens in the plane of a frequency, joined in the order of its ring.
// Threads: main thread only.
#pragma once

#include "engine/protocol/circle_projection.h"
#include "ui/core/rect.h"
#include "ui/kit/theme.h"
#include "ui/views/circle/circle_history.h"

#include <optional>
#include <span>

namespace grokscope::ui {

struct CirclePicture {
    std::span<const int> numbers; ///< by their place in the index
    int frequency = 1;
    std::span<const PlanePoint> points; ///< one for each number
    float radius = 1;                   ///< distance from the centre that just fits, > 0
    bool labels = true;                 ///< name every tenth number and the axes
    const char* across = "";            ///< names of the axes
    const char* up = "";
};

/// Draws into the largest square in the middle of `area`; one unit is as long in x as in y. The
/// place under `mouse`, if any, drawn larger.
std::optional<int> draw_circle(ImDrawList& list, const Theme& theme, const Rect& area,
                               const CirclePicture& picture, std::optional<ImVec2> mouse);

/// R over epochs 0 to `newest`, 0 to 1, with the line up to which chance goes and a mark at
/// `epoch`.
void draw_order_curve(ImDrawList& list, const Theme& theme, const Rect& area,
                      std::span<const CircleHistory::Entry> entries, std::int32_t newest,
                      double chance, std::int32_t epoch);

} // namespace grokscope::ui
