// What the window knows of the lottery.
// Threads: any; constants only.
#pragma once

#include "ui/views/view_info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kLotteryControls{
    ControlInfo{"close_lottery", "Closes the sheet.", Action::kLottery},
    ControlInfo{"lottery_bands",
                "How much of a neuron each frequency has, over the epochs. Click to go to that "
                "epoch."},
    ControlInfo{"lottery_measure",
                "Opens the laboratory, which switches \"features inside neurons\" on, or measures "
                "the whole record after the fact.",
                Action::kLaboratory},
    ControlInfo{"lottery_export", "Saves this as a picture.", Action::kExport}};

inline constexpr ViewInfo kLotteryInfo{
    .name = "lottery",
    .title = "Lottery",
    .action = Action::kLottery,
    .chord = Chord::of('N'),
    .keys = "N",
    .does = "lottery: which frequency wins the neurons",
    .shows =
        "How the frequencies share out the hidden units: the height of a band is how much of a "
        "neuron's variance is that frequency, the mean over the neurons that respond.",
    .look_for =
        "Which frequencies win, how early is that settled, and does one win that is lost again? A "
        "share tells what neurons respond to, not that the answers need it: take the frequency out "
        "to see that.",
    .picture = ViewPicture::kOfRun,
    .controls = kLotteryControls,
};

} // namespace grokscope::ui
