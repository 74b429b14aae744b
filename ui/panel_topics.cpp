#include "ui/panel_topics.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

namespace {

constexpr std::array kTopics{
    PanelTopic{"runs", "Runs",
               "Each run is one network that trains from its own random start. Colour, dash and "
               "marker name it in every picture.",
               "When it grokked, and how many times sooner a stencil brings that about with the "
               "same seed."},
    PanelTopic{"accuracy", "Accuracy",
               "The share of sums answered correctly: thin on the sums it was shown, thick on sums "
               "it never saw.",
               "The thin line is up within minutes. The thick one waits at chance for thousands of "
               "epochs, then jumps: that is grokking."},
    PanelTopic{"loss", "Loss",
               "How wrong the answers are, in nats; lower is better, and the axis is logarithmic.",
               "Test loss first rises above mere guessing, for it answers wrongly and with "
               "confidence. It turns before the accuracy does."},
    PanelTopic{
        "mismatch", "Mismatch",
        "How far each probe's prediction is from the hidden layer of an epoch before, of the "
        "same or of one after.",
        "The errors fall as the probes learn: a lower curve belongs to a hidden layer that is "
        "easier to foretell."},
    PanelTopic{
        "progress", "Progress measures",
        "Figures that see the circuit form inside while accuracy still sleeps.",
        "Restricted loss, with the key frequencies alone, falls before test loss does. The Gini "
        "curves rise as few frequencies take over."},
    PanelTopic{"wavetable", "Wavetable",
               "How strongly the number embeddings use each frequency, epoch after epoch, oldest "
               "at the back.",
               "Noise at first. A few ridges grow out of it and the rest dies down: those are the "
               "key frequencies."},
    PanelTopic{"circle", "Circle",
               "All numbers as the network sees them along one frequency, joined in the order of "
               "that frequency's ring.",
               "A tangle becomes a ring. Adding two numbers is then turning by two angles: this is "
               "how it solves the task."},
    PanelTopic{"map", "Map",
               "Every sum a + b as one cell: blue where the answer is right, orange where it is "
               "wrong, bright where it is sure. A dot was trained on.",
               "After memorising only the dotted cells are right. At the jump the rest turns blue, "
               "all over the map at once."},
    PanelTopic{"clock", "Clock",
               "Each key frequency turns a and b into angles and adds them; its curve votes for "
               "the answers that fit.",
               "One clock alone votes for many answers. Only where all curves peak together is the "
               "sum that the network gives."},
    PanelTopic{"attention", "Attention",
               "How much each head looks at a, at b and at the equals sign, for every pair of "
               "numbers; bright is more.",
               "Stripes that repeat: the heads look by frequency too, not at single numbers."},
    PanelTopic{"apart", "Take apart",
               "Takes parts out of a copy of the network and shows what that costs. The training "
               "is never touched.",
               "Without one key frequency the answers fail; without any other they hardly change. "
               "That is the proof that it uses them."},
    PanelTopic{"timeline", "Timeline", "The whole record on one line, with a tick at each event.",
               "Drag it: every picture goes back to that epoch, training goes on."},
};

} // namespace

std::span<const PanelTopic> panel_topics() {
    return kTopics;
}

const PanelTopic& panel_topic(std::string_view name) {
    const auto found = std::find_if(kTopics.begin(), kTopics.end(),
                                    [name](const PanelTopic& row) { return row.name == name; });
    if (found == kTopics.end()) {
        throw std::logic_error("the picture \"" + std::string(name) +
                               "\" has no entry in the table of topics");
    }
    return *found;
}

} // namespace grokscope::ui
