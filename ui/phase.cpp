#include "ui/phase.h"

namespace grokscope::ui {

Phase phase_at(const RunRecord& run, std::int32_t epoch) {
    if (run.state == RunState::kFailed && epoch >= run.last_epoch()) {
        return Phase::kFailed;
    }
    if (run.samples.empty() || epoch < run.samples.front().epoch) {
        return Phase::kNotStarted;
    }
    // The latest mark decides; marks arrive in order of what happened.
    Phase phase = Phase::kMemorising;
    for (const EpochMark& mark : run.marks) {
        if (mark.epoch > epoch) {
            continue;
        }
        switch (mark.kind) {
        case MarkKind::kMemorised:
            phase = Phase::kMemorised;
            break;
        case MarkKind::kTransition:
            phase = phase == Phase::kMemorised ? Phase::kTransition : phase;
            break;
        case MarkKind::kGrokked:
            phase = Phase::kGrokked;
            break;
        case MarkKind::kStable:
            phase = Phase::kStable;
            break;
        case MarkKind::kLostAgain:
            phase = Phase::kLostAgain;
            break;
        case MarkKind::kCircuitFormation:
        case MarkKind::kCleanupDone:
        case MarkKind::kSeparationAlarm:
        case MarkKind::kCommutatorAlarm:
            break; // estimates and alarms: marked on the axis, not told as a phase
        }
    }
    return phase;
}

} // namespace grokscope::ui
