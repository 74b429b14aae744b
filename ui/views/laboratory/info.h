// What the window knows of the laboratory.
// Threads: any; constants only.
#pragma once

#include "ui/views/view_info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kLaboratoryControls{
    ControlInfo{"close_laboratory", "Closes the sheet; what measures goes on.",
                Action::kLaboratory},
    ControlInfo{"lab_switch", "Whether this instrument measures the run as it trains, from now on. "
                              "What it has read stays."},
    ControlInfo{"lab_every", "Epochs between its readings. Enter takes the number."},
    ControlInfo{"lab_whole_every",
                "Epochs between the readings of a whole record; 1 takes all weights that are "
                "recorded."},
    ControlInfo{"lab_measure",
                "Reads this instrument from the recorded weights of the whole run, from its start. "
                "What was read already is not read again."},
    ControlInfo{"lab_stop", "Stops; what has been read stays."}};

inline constexpr ViewInfo kLaboratoryInfo{
    .name = "laboratory",
    .title = "Laboratory",
    .action = Action::kLaboratory,
    .chord = Chord::ctrl_and('L'),
    .keys = "Ctrl+L",
    .does = "laboratory: what measures the selected run",
    .controls = kLaboratoryControls,
};

} // namespace grokscope::ui
