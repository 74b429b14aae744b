// The instruments of the laboratory: what each measures, how often, what it needs and when it
// raises an alarm. How it measures stands in engine/lab, under the same name.
#pragma once

#include "engine/protocol/event.h"
#include "engine/protocol/figure.h"
#include "engine/protocol/measure_plan.h"
#include "engine/protocol/records.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// When figures of an instrument raise an alarm: later than 500 epochs after the run memorised,
/// once they have stayed above `times` a baseline for 100 epochs, by two figures or more. All
/// windows are in epochs, so that an alarm does not depend on how often one looks.
struct AlarmRule {
    enum class Baseline : std::uint8_t {
        kFirst, ///< the median of those 500 epochs; without a figure in them the first one after
        kLowest ///< the lowest since then
    };
    MarkKind mark{};
    std::string figure; ///< one number
    Baseline baseline = Baseline::kFirst;
    double times = 2;
};

struct InstrumentSpec {
    /// Name on the command line and in files, the same for ever.
    std::string id;
    /// As the window names it.
    std::string label;
    /// What it tells, and what it does not: sentences.
    std::string sentence;
    /// Epochs between readings where nobody says otherwise.
    int default_every = 100;
    /// Rounded weights would falsify it: exact ones are recorded where it is due.
    bool needs_exact = false;
    std::vector<FigureSpec> figures;
    std::vector<AlarmRule> alarms;
};

/// The instrument and the figure that lists, cards and sweeps have beside the grok epoch.
inline constexpr std::string_view kCollapseInstrument = "collapse";
inline constexpr std::string_view kSoftmaxCollapse = "softmax_collapse";

/// All that this version has, in the order in which they are shown.
[[nodiscard]] const std::vector<InstrumentSpec>& instruments();

/// Null when this version has none of that name.
[[nodiscard]] const InstrumentSpec* find_instrument(std::string_view id);

/// Null when the instrument has no figure of that name.
[[nodiscard]] const FigureSpec* find_figure(const InstrumentSpec& instrument, std::string_view id);

/// The instrument of that name of this version, else the one among `others`; null without any.
[[nodiscard]] const InstrumentSpec* described_by(std::string_view id,
                                                 const std::vector<InstrumentSpec>& others);

/// One sentence for each instrument of the plan that this version does not have.
[[nodiscard]] std::vector<std::string> mistakes_of(const MeasurePlan& plan);

/// The figures of a ProgressRow, described as an instrument describes its own. It belongs to the
/// trainer, at RunConfig::progress_every, and to no plan.
[[nodiscard]] const InstrumentSpec& progress_instrument();

/// A row as a reading of progress_instrument(). What depends on key frequencies stands at theirs,
/// missing at all others.
[[nodiscard]] Reading reading_of(const ProgressRow& row);

} // namespace grokscope
