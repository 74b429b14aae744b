// What the window knows of the sheet of depth.
// Threads: any; constants only.
#pragma once

#include "ui/views/view_info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kDepthControls{
    ControlInfo{"close_depth", "Closes the sheet.", Action::kDepth},
    ControlInfo{"depth_heads",
                "A cell for each head. Click one to take it out of a copy of the network, as TAKE "
                "APART does: zero, then its mean, then not at all."},
    ControlInfo{"depth_strip", "The same scores over the epochs. Click to go to that epoch."},
    ControlInfo{"depth_last", "What a head says at the last position is exchanged, as published."},
    ControlInfo{"depth_everywhere", "What a head says at all positions is exchanged."},
    ControlInfo{"depth_a", "What a head says at the position of a alone is exchanged."},
    ControlInfo{"depth_operation",
                "What a head says at the position of the operation alone is exchanged."},
    ControlInfo{"depth_b", "What a head says at the position of b alone is exchanged."},
    ControlInfo{"depth_other_head",
                "A control: what another head says takes the place, so any exchange counts."},
    ControlInfo{"depth_stranger",
                "A control: what the head says of a pair with a third answer takes the place."},
    ControlInfo{"depth_both", "Attention and MLP of the skipped layers add nothing."},
    ControlInfo{"depth_attention", "The attention of the skipped layers adds nothing."},
    ControlInfo{"depth_mlp", "The MLPs of the skipped layers add nothing."},
    ControlInfo{"depth_measure",
                "Opens the laboratory, which switches \"causal mediation\" and \"skipped "
                "layers\" on, or measures the whole record after the fact.",
                Action::kLaboratory},
    ControlInfo{"depth_export", "Saves this as a picture.", Action::kExport}};

inline constexpr ViewInfo kDepthInfo{
    .name = "depth",
    .title = "Depth: heads and layers",
    .action = Action::kDepth,
    .chord = Chord::of('D'),
    .keys = "D",
    .does = "depth: which heads and layers matter",
    .shows =
        "How far each attention head carries what tells two {sums} apart, what of it is said in "
        "its place being exchanged; and how many answers stay right when a third of the layers in "
        "a row add nothing.",
    .look_for =
        "Do few heads take over, and can layers be skipped that once were needed? Scores do not "
        "add up to the total, since heads work through each other. A head without a score may do "
        "what another does as well, and a layer that can be skipped need not be idle.",
    .picture = ViewPicture::kOfRun,
    .controls = kDepthControls,
};

} // namespace grokscope::ui
