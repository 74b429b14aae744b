// Words of the list of rivals.
#pragma once

namespace grokscope::ui::text {

inline constexpr const char* kRivals = "Rivals";
inline constexpr const char* kRivalsButton = "rivals";
inline constexpr const char* kRivalsWhat =
    "Other ways to speed grokking up. Each joins the race against the plain run of these settings, "
    "from the same weights and the same pairs.";
inline constexpr const char* kRivalsTogether =
    "Rules that go together, and other numbers, are options of the command line: grokscope train "
    "--help lists them.";
inline constexpr const char* kRivalSameDecay = "Weight decay ";
inline constexpr const char* kRivalAsBaseline = ", as its baseline.";
inline constexpr const char* kRivalNoDecayEither = "No weight decay, as its baseline.";
inline constexpr const char* kRivalNoDecay = "No weight decay; its baseline has ";

} // namespace grokscope::ui::text
