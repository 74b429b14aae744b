// What the window knows of the theory.
// Threads: any; constants only.
#pragma once

#include "ui/views/view_info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kTheoryControls{
    ControlInfo{"close_theory", "Closes the theory; its settings stay.", Action::kTheory},
    ControlInfo{"theory_add", "u + v: its rule is the diagonal k = l."},
    ControlInfo{"theory_sub", "u - v: its rule is the anti-diagonal l = -k."},
    ControlInfo{"theory_mul",
                "Products modulo a prime, in the index of their group, without 0: the diagonal."},
    ControlInfo{"theory_div", "Quotients, likewise: the anti-diagonal."},
    ControlInfo{"theory_flat",
                "A function of the answer with all frequencies equally strong, their phases by "
                "chance."},
    ControlInfo{"theory_labels",
                "The answer's index itself, without its mean: slow frequencies are the strong "
                "ones, and survive first."},
    ControlInfo{"theory_random",
                "Chance for each pair: there is no rule, so nothing but memorising fits it."},
    ControlInfo{"theory_gate", "Takes the gate away (beta = 0) or puts it back. Without it nothing "
                               "collapses."},
    ControlInfo{"theory_p", "Numbers are 0..p-1. Any for + and \xE2\x88\x92, primes for the "
                            "others."},
    ControlInfo{"theory_n", "How many pairs it is shown. The others test it."},
    ControlInfo{"theory_beta", "What a feature costs: the gate is sqrt(2 beta ln n / n). 0 takes "
                               "it away."},
    ControlInfo{"theory_eta", "How far a step goes, in units of n/m^2, m the order of the group. 1 "
                              "fits every pair shown in the first step, from 2 on none settles."},
    ControlInfo{"theory_iterations", "How often it steps, each time through the gate."},
    ControlInfo{"theory_epsilon",
                "Loss per pair that the free energy takes the rule to leave. The machine itself "
                "does not know it."},
    ControlInfo{"theory_seed", "Decides which pairs it is shown, for + and \xE2\x88\x92 the ones "
                               "that a run with this seed is, and the target's chance."},
    ControlInfo{"theory_slider", "Drag it, or with the focus ring on it Enter, then arrow keys."},
    ControlInfo{"theory_scrub", "Which iteration the picture shows."}};

inline constexpr ViewInfo kTheoryInfo{
    .name = "theory",
    .title = "Theory",
    .action = Action::kTheory,
    .chord = Chord::of('T'),
    .keys = "T",
    .does = "theory: the singular feature machine",
    .controls = kTheoryControls,
};

} // namespace grokscope::ui
