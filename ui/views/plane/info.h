// What the window knows of the plane of settings.
// Threads: any; constants only.
#pragma once

#include "ui/views/view_info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kPlaneControls{
    ControlInfo{"close_plane", "Closes the sheet.", Action::kPlane},
    ControlInfo{"plane_up", "The setting whose values go up."},
    ControlInfo{"plane_up_value", "Puts this setting on the axis that goes up."},
    ControlInfo{"plane_across", "The setting whose values go across."},
    ControlInfo{"plane_across_value", "Puts this setting on the axis that goes across."},
    ControlInfo{"plane_regions", "Colours the four regions of Liu et al. in place of the epochs."},
    ControlInfo{"plane_stable",
                "Goes by stable groks, the epochs from which test accuracy stays at 95 % to the "
                "end, in place of the first touch of 99 %."},
    ControlInfo{"plane_export", "Saves this as a picture.", Action::kExport},
    ControlInfo{"plane_cell", "The runs with these two values. A click brings them in."}};

inline constexpr ViewInfo kPlaneInfo{
    .name = "plane",
    .title = "Plane of settings",
    .action = Action::kPlane,
    .chord = Chord::of('G'),
    .keys = "G",
    .does = "plane of settings: when it groks where",
    .shows = "When runs grok, over two of their settings: each cell is the median of its seeds. "
             "Strokes stand where half of them or more had not grokked by the epoch named.",
    .look_for =
        "Where does memorising give way to grokking, and grokking to comprehension? The lines "
        "between regions depend on the limits, 99 % and 1,000 epochs, and on how long the runs "
        "were trained: they are no walls of nature.",
    .picture = ViewPicture::kOfNotebook,
    .controls = kPlaneControls,
};

} // namespace grokscope::ui
