// Words of the plot of chosen figures; those of the figures themselves come with the figures.
#pragma once

#include <array>

namespace grokscope::ui::text {

inline constexpr const char* kFigures = "FIGURES";
inline constexpr const char* kChooseFigures =
    "Choose figures: the menu FIGURES lists them by instrument, each with what it says.";
inline constexpr const char* kUnknownFigures =
    "This version knows none of the figures that are chosen: the menu FIGURES lists those it has.";
inline constexpr const char* kHintFigures =
    "Figures of your choice: a colour for each run, a dash for each figure, an axis for each unit.";
inline constexpr const char* kHintFigureMap =
    "One figure of the selected run as a map: epochs across, its values upwards, colours as at the "
    "right.";
inline constexpr const char* kPureNumber = "a pure number";
inline constexpr const char* kIn = "in ";
inline constexpr const char* kDrawnOnLog = "Drawn on a logarithmic axis.";
inline constexpr const char* kDrawnOnLinear = "Drawn on a linear axis.";
inline constexpr const char* kDrawnAsMap = "Drawn as a map of the selected run, by itself.";
inline constexpr const char* kNotDrawn = "Not drawn: ";
inline constexpr const char* kNoAxisLeft =
    ". A plot has three value axes, and each unit and scale takes one.";
inline constexpr const char* kFiguresFull =
    "Seven figures are drawn at most: the dash of an eighth would be one of theirs. Take one out "
    "first.";
inline constexpr const char* kMaps = "as a map of the selected run";
/// Where the axis of a figure stands, from the left.
inline constexpr std::array<const char*, 3> kAxisPlaces{"left axis", "right axis",
                                                        "far right axis"};
inline constexpr const char* kNoReadingShort = "no reading";
inline constexpr const char* kReadAt = "read at ";
/// Places of a map, with their number behind.
inline constexpr const char* kMapFrequency = "k = ";
inline constexpr const char* kMapHead = "head ";
inline constexpr const char* kMapLayer = "layer ";
inline constexpr const char* kMapTensor = "tensor ";

} // namespace grokscope::ui::text
