#include "ui/core/tour.h"

#include "ui/core/actions.h"
#include "ui/core/operation_text.h"

#include <algorithm>
#include <array>

namespace grokscope::ui {

namespace {

enum Step : std::size_t {
    kStart,
    kMemorised,
    kStencil,
    kJump,
    kCircle,
    kInside,
    kCollapse,
    kTheory
};

const std::array kCards{
    TourCard{.title = "What it is to learn",
             .words = "A small network is to learn {task}. Some of all {sums} are "
                      "shown to it, the others are kept to test it.",
             .control = "start",
             .task_of = Place::kTourStartTask},
    TourCard{.title = "Two lines",
             .task = "Wait until it has memorised.",
             .control = "plot_accuracy",
             .words_of = Place::kTourLines},
    TourCard{"A stencil",
             "Small probes that tie neighbouring epochs together. With the same settings and seed "
             "only they differ, so whatever changes is their doing.",
             "Add one with its button or Shift+7.", "add_stencil[-1,0,+1]"},
    TourCard{.title = "The jump",
             .task = "Wait for the jump.",
             .control = "plot_accuracy",
             .words_of = Place::kTourJump},
    TourCard{.title = "How it does it",
             .control = "timeline",
             .words_of = Place::kTourCircle,
             .task_of = Place::kTourCircleTask},
    TourCard{
        "Take it apart",
        "A network that has grokked uses a few frequencies. Take one of them out of a copy and "
        "see what it still knows; the training is not touched.",
        "Open Take apart and take a key frequency out.", "tab_apart"},
    TourCard{"What condenses, and when",
             "The laboratory reads weights that were recorded: spectrum, geometry, complexity. The "
             "collapse has all of it on one scale, so that you see what leads the jump and what "
             "lags.",
             "Press C. Where nothing was measured, its button opens the laboratory."},
    TourCard{
        "What a theory says",
        "Without neurons: the singular feature machine fits the pairs it is shown by waves over "
        "both numbers, and behind each step keeps those alone that are stronger than its gate.",
        "Press T, and take the gate away."},
};

bool any_mark(const RunBook& book, MarkKind kind) {
    return std::any_of(book.runs().begin(), book.runs().end(),
                       [kind](const auto& run) { return run->mark(kind).has_value(); });
}

} // namespace

std::span<const TourCard> tour_cards() {
    return kCards;
}

TourCard tour_card(std::size_t step, const RunBook& book, const ViewState& view) {
    TourCard card = kCards.at(step);
    const Facts facts = facts_of(book, view);
    const auto said = [&](const std::optional<Place>& place, const std::string& words) {
        return place ? std::string(claim(*place, facts).words)
                     : in_operation(words, facts.run.operation);
    };
    card.words = said(card.words_of, card.words);
    card.task = said(card.task_of, card.task);
    return card;
}

bool tour_fulfilled(std::size_t step, const RunBook& book, const ViewState& view) {
    const auto runs = book.runs();
    switch (step) {
    case kStart:
        // A record is there without anybody's doing: it has to be looked back at, or replayed.
        return any_running(book) || view.replaying ||
               std::any_of(runs.begin(), runs.end(), [&](const auto& run) {
                   return run->last_epoch() >= 0 && (!run->recorded || !view.cursor.live);
               });
    case kMemorised:
        return any_mark(book, MarkKind::kMemorised);
    case kStencil:
        return std::any_of(runs.begin(), runs.end(),
                           [](const auto& run) { return !run->config.stencil.empty(); });
    case kJump:
        return any_mark(book, MarkKind::kGrokked);
    case kCircle: {
        const RunRecord* run = view.selected ? book.find(*view.selected) : nullptr;
        const auto grok = run == nullptr ? std::nullopt : run->mark(MarkKind::kGrokked);
        return grok && !view.cursor.live && view.cursor.held_epoch < *grok;
    }
    case kInside:
        return !view.settings.inside.ablation.frequencies.empty();
    case kCollapse:
        return view.is_open(Action::kCollapse);
    case kTheory:
        return view.arrangement.theory.beta == 0;
    default:
        return false;
    }
}

void toggle_tour(ViewState& view, const RunBook& book) {
    if (view.tour) {
        view.tour.reset();
    } else {
        show_card(view, book, 0);
    }
}

void show_card(ViewState& view, const RunBook& book, std::size_t step) {
    if (step >= kCards.size()) {
        view.tour.reset();
        return;
    }
    view.tour = step;
    view.tour_waits = !tour_fulfilled(step, book, view);
}

void advance_tour(ViewState& view, const RunBook& book) {
    if (view.tour && view.tour_waits && tour_fulfilled(*view.tour, book, view)) {
        if (*view.tour + 1 < kCards.size()) {
            show_card(view, book, *view.tour + 1);
        } else {
            view.tour_waits = false; // the last card says farewell
        }
    }
}

} // namespace grokscope::ui
