// An instrument's switch and cadence as the laboratory and the form for a new run show them.
// Threads: main thread only.
#pragma once

#include "engine/protocol/instrument.h"
#include "ui/kit/panel_input.h"

#include <cstdint>
#include <string_view>

namespace grokscope::ui {

/// Names in the table of controls; each has the instrument's name behind it.
struct MeasureControls {
    std::string_view on;
    std::string_view every;
};
inline constexpr MeasureControls kFieldMeasure{"field_measure", "field_measure_every"};
inline constexpr MeasureControls kLabControls{"lab_switch", "lab_every"};

/// Small words at ImGui's cursor, in the middle of a row of buttons and fields.
void row_words(const Theme& theme, const char* words);
/// The switch at ImGui's cursor, as wide as that of the longest name. True when pressed.
[[nodiscard]] bool measure_switch(const PanelInput& input, const MeasureControls& controls,
                                  const InstrumentSpec& instrument, bool on);

enum class EveryEdit : std::uint8_t { kNone, kTyping, kDone };
/// "every [100] epochs" at ImGui's cursor: kTyping while the field has the caret, kDone once it is
/// left with another number. What is no cadence is refused with a sentence, and never kDone.
EveryEdit every_field(const PanelInput& input, std::string_view control, std::string_view suffix,
                      int& every);

/// Both side by side, on the plan itself.
void draw_measure(const PanelInput& input, const MeasureControls& controls,
                  const InstrumentSpec& instrument, MeasurePlan& plan);
/// Room that takes, in pixels: the same for each instrument, so that they stand in columns.
[[nodiscard]] float measure_width(const Theme& theme);

} // namespace grokscope::ui
