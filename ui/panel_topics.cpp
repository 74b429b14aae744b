#include "ui/panel_topics.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

namespace {

constexpr std::array kTopics{
    PanelTopic{
        "plane", "Plane of settings",
        "When runs grok, over two of their settings: each cell is the median of its seeds. "
        "Strokes stand where half of them or more had not grokked by the epoch named.",
        "Where does memorising give way to grokking, and grokking to comprehension? The lines "
        "between regions depend on the limits, 99 % and 1,000 epochs, and on how long the runs "
        "were trained: they are no walls of nature."},
    PanelTopic{
        "collapse", "Collapse",
        "What the instruments read of one run, each figure on a scale of its own: 0 when the "
        "run has memorised, 1 at the last reading.",
        "Do spectrum, geometry and complexity condense with the jump, before it or after? It "
        "does not show how large a change is, nor what causes what: a figure that leads need "
        "not drive the others, and one run is one run."},
    PanelTopic{
        "lottery", "Lottery",
        "How the frequencies share out the hidden units: the height of a band is how much of a "
        "neuron's variance is that frequency, the mean over the neurons that respond.",
        "Which frequencies win, how early is that settled, and does one win that is lost again? A "
        "share tells what neurons respond to, not that the answers need it: take the frequency out "
        "to see that."},
    PanelTopic{
        "valley", "Valley",
        "The loss on straight lines away from the weights, to either side: along the direction in "
        "which train loss bends most, and along two random ones.",
        "Flat or narrow? Memorising is said to end on a wide plain, generalising in a narrow "
        "valley. The picture decides nothing: rescaled weights that compute the same have another "
        "curvature, and a slice leaves out almost all directions."},
    PanelTopic{
        "path", "Path of the weights",
        "All recorded weights of a run as one curve, along the three directions in which they "
        "spread most.",
        "Does the run turn where it memorised, and again where it groks? Curves like these look "
        "smooth for any slow drift, random ones too: it is a map of the way, no explanation of "
        "it."},
    PanelTopic{"runs", "Runs",
               "Each run is one network that trains from its own random start. Colour, dash and "
               "marker name it in every picture.",
               "When it grokked, and how many times sooner a stencil brings that about with the "
               "same seed."},
    PanelTopic{
        "accuracy", "Accuracy",
        "The share of {sums} answered correctly: thin on the {sums} it was shown, thick on {sums} "
        "it never saw.",
        "The thin line comes up first. The thick one follows later, in some runs thousands of "
        "epochs later and by a leap: that is grokking."},
    PanelTopic{"loss", "Loss",
               "How wrong the answers are, in nats; lower is better, and the axis is logarithmic.",
               "Above the dashed line it answers worse than by guessing: wrongly and with "
               "confidence. Does test loss turn before the accuracy does?"},
    PanelTopic{
        "mismatch", "Mismatch",
        "How far each probe's prediction is from the hidden layer of an epoch before, of the "
        "same or of one after.",
        "The lower a curve, the better its probe foretells the hidden layer."},
    PanelTopic{"progress", "Progress measures",
               "Figures that see inside: how far a few frequencies carry the answers.",
               "In runs that wait long, restricted loss, with the key frequencies alone, falls "
               "before test "
               "loss does. The Gini curves rise as few frequencies take over."},
    PanelTopic{"figures", "Figures of the instruments",
               "Whatever the instruments read, as curves: a colour for each run, a dash for each "
               "figure, an axis for each unit.",
               "Which figure moves first, before test accuracy does, and does it so in every run? "
               "One that warns of a jump should stay still in runs that never jump."},
    PanelTopic{"wavetable", "Wavetable",
               "How strongly the number embeddings use each frequency, epoch after epoch, oldest "
               "at the back.",
               "Noise at first. In a run that groks a few ridges grow out of it and the rest dies "
               "down: those are its key frequencies."},
    PanelTopic{"circle", "Circle",
               "All numbers as the network sees them along one frequency, joined in the order of "
               "that frequency's ring.",
               "Does a tangle become a ring? Along a ring, {adding} two numbers is turning by two "
               "angles. It may form before the answers are right."},
    PanelTopic{"map", "Map",
               "Every {sum} {a+b} as one cell: blue where the answer is right, orange where it is "
               "wrong, bright where it is sure. A dot was trained on{stroke}.",
               "After memorising the dotted cells are right. Which of the others follow, and when: "
               "one by one, or all over the map at once?"},
    PanelTopic{"clock", "Clock",
               "Each key frequency turns a and b into angles and {adds them}; its curve votes for "
               "the answers that fit.",
               "One clock alone votes for many answers. In a network that has grokked all curves "
               "peak together at one: the {sum}."},
    PanelTopic{"attention", "Attention",
               "How much each head looks at a, at b and at the equals sign, for every pair of "
               "numbers; bright is more.",
               "Stripes that repeat mean that a head looks by frequency, not at single numbers."},
    PanelTopic{"apart", "Take apart",
               "Takes parts out of a copy of the network and shows what that costs. The training "
               "is never touched.",
               "In a network that has grokked the answers fail without a key frequency and hardly "
               "change without another. That is the proof that it uses them."},
    PanelTopic{"timeline", "Timeline", "The whole record on one line, with a tick at each event.",
               "Drag it: every picture goes back to that epoch, training is not touched."},
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
