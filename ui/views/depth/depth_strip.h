// The strip of depth: the heads of all layers over the epochs.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"
#include "ui/views/depth/depth.h"
#include "ui/views/depth/depth_picture.h"

#include <cstdint>
#include <optional>

namespace grokscope::ui {

/// All heads over the epochs up to `newest`, with the cursor's line.
[[nodiscard]] std::optional<DepthHover> draw_head_strip(const PanelInput& input, const Rect& area,
                                                        const Depth& depth, std::int32_t newest,
                                                        std::int32_t cursor,
                                                        const std::optional<ImVec2>& mouse);
/// The plot of the strip within `area`.
[[nodiscard]] Rect strip_plot(const Theme& theme, const Rect& area, const Depth& depth);

} // namespace grokscope::ui
