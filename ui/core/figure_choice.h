// Which figures of the instruments the third plot shows, and on which axes. Arithmetic on
// descriptions: no ImGui, and no figure is known by its name.
// Threads: main thread only.
#pragma once

#include "engine/protocol/instrument.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {

class RunBook;

/// Each has a dash and a marker of its own; more would look alike.
inline constexpr std::size_t kMostFigures = 7;
/// Value axes that a plot has.
inline constexpr std::size_t kMostFigureAxes = 3;

/// Names of figures, in the order in which they were chosen: some that are one number, or a single
/// one that is many.
struct FigureChoice {
    std::vector<std::string> ids;

    [[nodiscard]] bool contains(std::string_view id) const;
    friend bool operator==(const FigureChoice&, const FigureChoice&) = default;
};

/// A figure with the instrument that reads it. Both outlive the frame.
struct OfferedFigure {
    const InstrumentSpec* instrument = nullptr;
    const FigureSpec* figure = nullptr;

    /// The trainer reads it, not the laboratory.
    [[nodiscard]] bool of_trainer() const { return instrument == &progress_instrument(); }
    friend bool operator==(const OfferedFigure&, const OfferedFigure&) = default;
};

/// The instruments whose figures can be drawn, in the order of the menu: the trainer's, those of
/// this version, and others that runs of the book bring along; none twice.
[[nodiscard]] std::vector<const InstrumentSpec*> offered_instruments(const RunBook& book);

/// Those of `choice` that some instrument has, in its order.
[[nodiscard]] std::vector<OfferedFigure>
chosen_figures(std::span<const InstrumentSpec* const> instruments, const FigureChoice& choice);

/// Takes the figure into the choice, or out of it. One that is many numbers is shown alone: it and
/// those that are one number drive each other out.
void toggle_figure(FigureChoice& choice, const OfferedFigure& figure,
                   std::span<const OfferedFigure> chosen);
/// False when the choice is full.
[[nodiscard]] bool can_choose(const FigureSpec& figure, std::span<const OfferedFigure> chosen);

/// Figures that share a value axis: of one unit and one scale.
struct FigureAxisGroup {
    std::string unit;
    bool logarithmic = false;
    /// Places in what share_axes() was given.
    std::vector<std::size_t> figures;

    /// What tells it from other axes.
    [[nodiscard]] std::string name() const { return unit + (logarithmic ? " log" : " linear"); }
};

struct FigureAxes {
    std::vector<FigureAxisGroup> groups;
    /// Places of those that no axis is left for.
    std::vector<std::size_t> left_out;
};

/// Divides figures that are one number among at most kMostFigureAxes axes, first come, first
/// served.
[[nodiscard]] FigureAxes share_axes(std::span<const OfferedFigure> figures);

/// "ILDR" or "restricted loss (nats)".
[[nodiscard]] std::string figure_name(const FigureSpec& figure);
/// All that a tooltip tells: name and unit, the sentence, how it is drawn.
[[nodiscard]] std::string about_figure(const FigureSpec& figure);
/// Why figures are not drawn though they are chosen; empty when all are.
[[nodiscard]] std::string left_out_sentence(std::span<const OfferedFigure> figures,
                                            const FigureAxes& axes);

} // namespace grokscope::ui
