// The guided tour: eight cards, each of which waits for something the user does or the run shows.
// Knows nothing of drawing.
#pragma once

#include "ui/core/claims.h"
#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grokscope::ui {

struct TourCard {
    const char* title = "";
    std::string words = {};
    /// What the card waits for, as an invitation.
    std::string task = {};
    /// Control to ring while the card waits; empty: none.
    std::string_view control = {};
    /// Where words or task depend on how far the runs are: the rows of claims.h that stand for
    /// them.
    std::optional<Place> words_of = std::nullopt;
    std::optional<Place> task_of = std::nullopt;
};

[[nodiscard]] std::span<const TourCard> tour_cards();
/// Card `step` as it reads now.
[[nodiscard]] TourCard tour_card(std::size_t step, const RunBook& book, const ViewState& view);
/// Whether what card `step` waits for has happened.
[[nodiscard]] bool tour_fulfilled(std::size_t step, const RunBook& book, const ViewState& view);

/// Opens the tour at its first card, or closes it.
void toggle_tour(ViewState& view, const RunBook& book);
/// To card `step`; past the last one the tour ends.
void show_card(ViewState& view, const RunBook& book, std::size_t step);
/// Once per frame: goes on by itself when the user has just done what the card waited for.
void advance_tour(ViewState& view, const RunBook& book);

} // namespace grokscope::ui
