// What the window knows of the valley.
// Threads: any; constants only.
#pragma once

#include "ui/views/view_info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kValleyControls{
    ControlInfo{"close_valley", "Closes the sheet.", Action::kValley}};

inline constexpr ViewInfo kValleyInfo{
    .name = "valley",
    .title = "Valley",
    .action = Action::kValley,
    .chord = Chord::of('V'),
    .keys = "V",
    .does = "valley: the loss around the weights",
    .shows =
        "The loss on straight lines away from the weights, to either side: along the direction in "
        "which train loss bends most, and along two random ones.",
    .look_for =
        "Flat or narrow? Memorising is said to end on a wide plain, generalising in a narrow "
        "valley. The picture decides nothing: rescaled weights that compute the same have another "
        "curvature, and a slice leaves out almost all directions.",
    .picture = ViewPicture::kOfEpoch,
    .studied = true,
    .controls = kValleyControls,
};

} // namespace grokscope::ui
