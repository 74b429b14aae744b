// The bands of the lottery: the share of each frequency inside the neurons over the epochs of one
// run, and under them when which was key.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"
#include "ui/views/lottery/lottery.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace grokscope::ui {

/// What of the picture is under the mouse.
struct LotteryHover {
    std::int32_t epoch = 0;
    /// The frequency of the band; nothing above all bands.
    std::optional<int> frequency;
};

/// Colour of the named frequency at this place of `count`.
[[nodiscard]] Color lottery_color(std::size_t place, std::size_t count, ThemeKind theme);

/// Height of the time lines of key frequencies, with the words over them; 0 without any.
[[nodiscard]] float lottery_lanes_height(const Theme& theme, const Lottery& lottery);

/// Draws bands, time lines and axes into `area`; at least one reading has shares. `newest`: where
/// the axis ends; `cursor`: the epoch of the line that all pictures share. What is under `mouse`,
/// if anything; its band stands out.
[[nodiscard]] std::optional<LotteryHover> draw_lottery(const PanelInput& input, const Rect& area,
                                                       const Lottery& lottery, std::int32_t newest,
                                                       std::int32_t cursor,
                                                       const std::optional<ImVec2>& mouse);

} // namespace grokscope::ui
