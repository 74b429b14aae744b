#include "ui/core/phase_bands.h"

#include <algorithm>
#include <array>
#include <optional>

namespace grokscope::ui {

std::vector<PhaseBand> phase_bands(const RunRecord& run) {
    const std::int32_t end = run.last_epoch();
    std::vector<PhaseBand> bands;
    std::int32_t from = 0;
    Stage stage = Stage::kMemorisation;
    const auto close = [&](std::int32_t at) {
        if (at > from) {
            bands.push_back({stage, from, at});
            from = at;
        }
    };
    struct Begin {
        MarkKind mark;
        Stage stage;
    };
    constexpr std::array kBegins{Begin{MarkKind::kCircuitFormation, Stage::kCircuitFormation},
                                 Begin{MarkKind::kTransition, Stage::kCleanup},
                                 Begin{MarkKind::kCleanupDone, Stage::kStable}};
    for (const Begin& begin : kBegins) {
        if (const std::optional<std::int32_t> epoch = run.mark(begin.mark)) {
            close(std::clamp(*epoch, from, std::max(from, end)));
            stage = begin.stage;
        }
    }
    close(end);
    return bands;
}

} // namespace grokscope::ui
