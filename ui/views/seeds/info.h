// What the window knows of the sheet of seeds side by side.
// Threads: any; constants only.
#pragma once

#include "ui/views/view_info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kSeedsControls{
    ControlInfo{"open_plane", "When the runs of a sweep grok, over two of their settings.",
                Action::kPlane},
    ControlInfo{"more_seeds", "Adds three more seeds of every variant shown, and starts them: one "
                              "pair of runs is a picture, several are evidence."},
    ControlInfo{"seed_bands",
                "Draws seeds of one variant as a band from the lowest to the highest, "
                "with their mean."},
    ControlInfo{"seeds_export", "Saves the pairs and their intervals as a picture.",
                Action::kExport},
    ControlInfo{"close_seeds", "Closes the sheet.", Action::kSeeds},
    ControlInfo{"seed_tile", "Shows this run in the window."}};

inline constexpr ViewInfo kSeedsInfo{
    .name = "seeds",
    .title = "Seeds",
    .action = Action::kSeeds,
    .chord = Chord::of('S'),
    .keys = "S",
    .does = "seeds side by side, paired speed-ups",
    .picture = ViewPicture::kOfRuns,
    .controls = kSeedsControls,
};

} // namespace grokscope::ui
