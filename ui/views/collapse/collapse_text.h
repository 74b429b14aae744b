// Words of the sheet of the collapse. Threads: any; constants and values only.
#pragma once

#include "engine/protocol/condensation.h"

#include <array>
#include <string>

namespace grokscope::ui::text {

inline constexpr const char* kCollapseMeasure = "Measure the record";
inline constexpr const char* kCollapseMemorised = "memorised";
inline constexpr const char* kCollapseGrokked = "grokked";
inline constexpr const char* kCollapseAxis = "epoch";
inline constexpr const char* kCollapseScale = "share of the way from memorised to the last reading";
inline constexpr std::array<const char*, 6> kCollapseColumns{"figure",   "memorised", "last",
                                                             "half-way", "leads by",  "over seeds"};
inline constexpr const char* kCollapseNote = "Each figure runs from its value when memorised (0) "
                                             "to its last (1). Half-way: first passing of "
                                             "one half, linearly between readings. Leads by: "
                                             "epochs from there to the grok epoch, below 0 it "
                                             "lags. Over seeds: median lead of the shown runs that "
                                             "differ by their seed alone, with the least "
                                             "and the most.";
inline constexpr const char* kCollapseMissing = "Not read: ";
inline constexpr const char* kCollapseCommand =
    "grokscope measure RUN, then grokscope collapse RUN";

/// "+1,230", "-40".
[[nodiscard]] std::string lead(double epochs);
/// "+200 (-10 .. +320, 5)".
[[nodiscard]] std::string lead_spread(const LeadSpread& spread);

} // namespace grokscope::ui::text
