// What the window knows of the path of the weights.
// Threads: any; constants only.
#pragma once

#include "ui/views/view_info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kPathControls{
    ControlInfo{"close_path", "Closes the sheet.", Action::kPath},
    ControlInfo{"path_picture", "Drag it to turn it; a click goes to the nearest recorded epoch."},
    ControlInfo{"path_front", "Looks at it from the front, as at first."}};

inline constexpr ViewInfo kPathInfo{
    .name = "path",
    .title = "Path of the weights",
    .action = Action::kPath,
    .chord = Chord::of('W'),
    .keys = "W",
    .does = "path of the weights, in three dimensions",
    .shows = "All recorded weights of a run as one curve, along the three directions in which they "
             "spread most.",
    .look_for =
        "Does the run turn where it memorised, and again where it groks? Curves like these look "
        "smooth for any slow drift, random ones too: it is a map of the way, no explanation of "
        "it.",
    .picture = ViewPicture::kOfRun,
    .studied = true,
    .controls = kPathControls,
};

} // namespace grokscope::ui
