// Curves of figures, made as readings arrive, of those figures alone that somebody looks at.
// Threads: main thread only.
#pragma once

#include "ui/core/figure_choice.h"
#include "ui/core/run_book.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace grokscope::ui {

class FigureCurves {
public:
    /// The curve of a figure that is one number, x in epochs; a gap where it is missing. Empty
    /// without readings. Valid until the run is removed.
    [[nodiscard]] const Series& of(const RunRecord& run, const OfferedFigure& figure);

private:
    struct Entry {
        Series series;
        std::size_t used = 0; ///< readings taken so far
        std::uint32_t generation = 0;
        std::uint32_t rewritten = 0;
    };
    std::map<std::pair<RunId, std::string>, Entry> entries_;
};

/// The newest reading of this figure's instrument at or before `epoch`, the trainer's rows as
/// readings, too; one without figures and of epoch -1 when there is none.
[[nodiscard]] Reading reading_at(const RunRecord& run, const OfferedFigure& figure,
                                 std::int32_t epoch);
/// Whether the run has a reading of this figure's instrument.
[[nodiscard]] bool has_reading(const RunRecord& run, const OfferedFigure& figure);
/// Whether, by its configuration, the figure is to be read of this run.
[[nodiscard]] bool is_measured(const RunConfig& config, const OfferedFigure& figure);

} // namespace grokscope::ui
