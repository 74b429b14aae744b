#include "ui/core/panel_topics.h"

#include "ui/views/tabs.h"
#include "ui/views/list.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

namespace {

constexpr std::array kOwnTopics{
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
    PanelTopic{"timeline", "Timeline", "The whole record on one line, with a tick at each event.",
               "Drag it: every picture goes back to that epoch, training is not touched."},
};

constexpr bool is_told(const ViewInfo* view) {
    return view->shows != nullptr;
}
/// With those of the views.
constexpr auto kTopics = [] {
    constexpr auto kOfViews = static_cast<std::size_t>(std::ranges::count_if(kViews, is_told));
    std::array<PanelTopic, kOwnTopics.size() + kInsideTabs.size() + kOfViews> all;
    auto next = std::ranges::copy(kOwnTopics, all.begin()).out;
    next = std::ranges::transform(kInsideTabs, next, &InsideTabInfo::topic).out;
    for (const ViewInfo* const view : kViews) {
        if (is_told(view)) {
            *next++ = {view->name, view->title, view->shows, view->look_for};
        }
    }
    return all;
}();

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
