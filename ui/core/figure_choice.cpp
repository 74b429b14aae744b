#include "ui/core/figure_choice.h"

#include "ui/core/figure_text.h"
#include "ui/core/run_book.h"

#include <algorithm>

namespace grokscope::ui {

bool FigureChoice::contains(std::string_view id) const {
    return std::ranges::find(ids, id) != ids.end();
}

std::vector<const InstrumentSpec*> offered_instruments(const RunBook& book) {
    std::vector<const InstrumentSpec*> offered{&progress_instrument()};
    for (const InstrumentSpec& instrument : instruments()) {
        offered.push_back(&instrument);
    }
    for (const auto& run : book.runs()) {
        if (run->other_instruments == nullptr) {
            continue;
        }
        for (const InstrumentSpec& other : *run->other_instruments) {
            if (std::ranges::find(offered, other.id, &InstrumentSpec::id) == offered.end()) {
                offered.push_back(&other);
            }
        }
    }
    return offered;
}

std::vector<OfferedFigure> chosen_figures(std::span<const InstrumentSpec* const> instruments,
                                          const FigureChoice& choice) {
    std::vector<OfferedFigure> chosen;
    for (const std::string& id : choice.ids) {
        for (const InstrumentSpec* const instrument : instruments) {
            if (const FigureSpec* figure = find_figure(*instrument, id)) {
                chosen.push_back({instrument, figure});
                break;
            }
        }
    }
    return chosen;
}

bool can_choose(const FigureSpec& figure, std::span<const OfferedFigure> chosen) {
    return figure.axis != FigureAxis::kNone || chosen.size() < kMostFigures ||
           chosen.front().figure->axis != FigureAxis::kNone;
}

void toggle_figure(FigureChoice& choice, const OfferedFigure& figure,
                   std::span<const OfferedFigure> chosen) {
    const std::string& id = figure.figure->id;
    if (choice.contains(id)) {
        std::erase(choice.ids, id);
        return;
    }
    if (!can_choose(*figure.figure, chosen)) {
        return;
    }
    const bool many = figure.figure->axis != FigureAxis::kNone;
    // Also what no instrument knows any more makes room.
    std::erase_if(choice.ids, [&](const std::string& other) {
        const auto known = std::ranges::find_if(
            chosen, [&](const OfferedFigure& one) { return one.figure->id == other; });
        return many || known == chosen.end() || known->figure->axis != FigureAxis::kNone;
    });
    choice.ids.push_back(id);
}

FigureAxes share_axes(std::span<const OfferedFigure> figures) {
    FigureAxes axes;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const FigureSpec& figure = *figures[i].figure;
        const auto group = std::ranges::find_if(axes.groups, [&](const FigureAxisGroup& one) {
            return one.unit == figure.unit && one.logarithmic == figure.logarithmic;
        });
        if (group != axes.groups.end()) {
            group->figures.push_back(i);
        } else if (axes.groups.size() < kMostFigureAxes) {
            axes.groups.push_back({figure.unit, figure.logarithmic, {i}});
        } else {
            axes.left_out.push_back(i);
        }
    }
    return axes;
}

std::string figure_name(const FigureSpec& figure) {
    // "dead neurons" are counted in neurons, as the name says.
    const bool said = figure.unit.empty() || figure.label.find(figure.unit) != std::string::npos;
    return figure.label + (said ? std::string() : " (" + figure.unit + ")");
}

std::string about_figure(const FigureSpec& figure) {
    const char* const drawn = figure.axis != FigureAxis::kNone ? text::kDrawnAsMap
                              : figure.logarithmic             ? text::kDrawnOnLog
                                                               : text::kDrawnOnLinear;
    return figure.label + ", " +
           (figure.unit.empty() ? text::kPureNumber : text::kIn + figure.unit) + ". " +
           figure.sentence + " " + drawn;
}

std::string left_out_sentence(std::span<const OfferedFigure> figures, const FigureAxes& axes) {
    std::string names;
    for (const std::size_t place : axes.left_out) {
        names += (names.empty() ? "" : ", ") + figures[place].figure->label;
    }
    return names.empty() ? names : text::kNotDrawn + names + text::kNoAxisLeft;
}

} // namespace grokscope::ui
