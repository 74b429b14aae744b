// What the window knows of the collapse.
// Threads: any; constants only.
#pragma once

#include "ui/views/view_info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kCollapseControls{
    ControlInfo{"close_collapse", "Closes the sheet.", Action::kCollapse},
    ControlInfo{"collapse_measure",
                "Opens the laboratory, which measures the whole record after the fact.",
                Action::kLaboratory},
    ControlInfo{"collapse_export", "Saves this as a picture.", Action::kExport}};

inline constexpr ViewInfo kCollapseInfo{
    .name = "collapse",
    .title = "Collapse",
    .action = Action::kCollapse,
    .chord = Chord::of('C'),
    .keys = "C",
    .does = "collapse: which figure leads the jump",
    .shows = "What the instruments read of one run, each figure on a scale of its own: 0 when the "
             "run has memorised, 1 at the last reading.",
    .look_for =
        "Do spectrum, geometry and complexity condense with the jump, before it or after? It "
        "does not show how large a change is, nor what causes what: a figure that leads need "
        "not drive the others, and one run is one run.",
    .picture = ViewPicture::kOfRun,
    .controls = kCollapseControls,
};

} // namespace grokscope::ui
