// The tabs that share the lower half of the right column, with their words and what they ask the
// inspector for. How each is drawn stands in inside_panel.cpp.
// Threads: any; constants only.
#pragma once

#include "ui/core/panel_topics.h"
#include "ui/core/shortcuts.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace grokscope::ui {

/// In the order of the tabs and of saved views.
enum class InsideTab : std::uint8_t { kCircle, kMap, kClock, kAttention, kAblation };

struct InsideTabInfo {
    InsideTab tab;
    /// Its (i); the title is its label.
    PanelTopic topic;
    ControlInfo control;
    /// In its place while no run has weights to look at.
    const char* empty;
    /// It shows what the model says to the pair in the query box; `needs`: and nothing without.
    bool asks_pair = false;
    bool needs_pair = false;
    bool asks_attention = false;
    /// It is of the ablated model, even where the others show the intact one.
    bool always_ablated = false;
};

inline constexpr std::array kInsideTabs{
    InsideTabInfo{
        .tab = InsideTab::kCircle,
        .topic =
            {"circle", "Circle",
             "All numbers as the network sees them along one frequency, joined in the order of "
             "that frequency's ring.",
             "Does a tangle become a ring? Along a ring, {adding} two numbers is turning by two "
             "angles. It may form before the answers are right."},
        .control = {"tab_circle", "The numbers' embeddings, seen along one frequency.",
                    Action::kInsideTab},
        .empty = "",
    },
    InsideTabInfo{
        .tab = InsideTab::kMap,
        .topic =
            {"map", "Map",
             "Every {sum} {a+b} as one cell: blue where the answer is right, orange where it is "
             "wrong, bright where it is sure. A dot was trained on{stroke}.",
             "After memorising the dotted cells are right. Which of the others follow, and when: "
             "one by one, or all over the map at once?"},
        .control = {"tab_map",
                    "Every {sum} {a+b}: right or wrong, how sure, trained on or never seen. "
                    "Ask one yourself.",
                    Action::kInsideTab},
        .empty = "Every {sum} {a+b} appears here as one cell once training starts: blue where the "
                 "model is "
                 "right, "
                 "orange where it is wrong, brighter when it is surer.",
        .asks_pair = true,
    },
    InsideTabInfo{
        .tab = InsideTab::kClock,
        .topic =
            {"clock", "Clock",
             "Each key frequency turns a and b into angles and {adds them}; its curve votes for "
             "the answers that fit.",
             "One clock alone votes for many answers. In a network that has grokked all curves "
             "peak together at one: the {sum}."},
        .control = {"tab_clock", "How the model turns a and b into {a+b}, frequency by frequency.",
                    Action::kInsideTab},
        .empty = "The clock appears here once training starts: how far each frequency turns for a, "
                 "for b, and "
                 "where the model's own hand points.",
        .asks_pair = true,
        .needs_pair = true,
    },
    InsideTabInfo{
        .tab = InsideTab::kAttention,
        .topic =
            {"attention", "Attention",
             "How much each head looks at a, at b and at the equals sign, for every pair of "
             "numbers; bright is more.",
             "Stripes that repeat mean that a head looks by frequency, not at single numbers."},
        .control = {"tab_attention", "How much each head looks at a, at b and at '='.",
                    Action::kInsideTab},
        .empty = "Attention appears here once training starts: how much each head looks at a, at b "
                 "and at '=', "
                 "for every pair.",
        .asks_attention = true,
    },
    InsideTabInfo{
        .tab = InsideTab::kAblation,
        .topic =
            {"apart", "Take apart",
             "Takes parts out of a copy of the network and shows what that costs. The training "
             "is never touched.",
             "In a network that has grokked the answers fail without a key frequency and hardly "
             "change without another. That is the proof that it uses them."},
        .control = {"tab_apart",
                    "Take frequencies, heads, the MLP or skip connections out and see what "
                    "it costs.",
                    Action::kInsideTab},
        .empty = "Once training starts you can take the model apart here, frequency by frequency, "
                 "head by head. "
                 "It works on a copy: training is never touched.",
        .always_ablated = true,
    }};

[[nodiscard]] constexpr const InsideTabInfo& info_of(InsideTab tab) {
    return kInsideTabs[static_cast<std::size_t>(tab)];
}
static_assert([] {
    for (std::size_t i = 0; i < kInsideTabs.size(); ++i) {
        if (static_cast<std::size_t>(kInsideTabs[i].tab) != i) {
            return false;
        }
    }
    return true;
}());

} // namespace grokscope::ui
