#include "ui/views/collapse/collapse_text.h"

#include "ui/core/text.h"

#include <cmath>

namespace grokscope::ui::text {

std::string lead(double epochs) {
    const auto whole = std::llround(epochs);
    return (whole > 0 ? "+" : "") + grouped(whole);
}

std::string lead_spread(const LeadSpread& spread) {
    if (spread.runs == 0) {
        return kNoValue;
    }
    return lead(spread.median) + " (" + lead(spread.least) + " .. " + lead(spread.most) + ", " +
           std::to_string(spread.runs) + ")";
}

} // namespace grokscope::ui::text
