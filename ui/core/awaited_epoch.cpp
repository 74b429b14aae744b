#include "ui/core/awaited_epoch.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

bool AwaitedEpoch::reached(const RunBook& book, RunId run, std::int32_t epoch) {
    const std::string wanted = std::to_string(epoch) + " at which the picture was wanted";
    const RunRecord* record = book.find(run);
    if (record == nullptr) {
        if (seen_) {
            throw std::runtime_error("the first run was removed before epoch " + wanted);
        }
        return false;
    }
    seen_ = true;
    // An epoch that is not evaluated is reached once it is trained.
    if (std::max(record->last_epoch(), record->epoch) >= epoch) {
        return true;
    }
    if (record->state == RunState::kFailed || record->state == RunState::kFinished) {
        throw std::runtime_error("the run ended at epoch " + std::to_string(record->epoch) +
                                 ", before epoch " + wanted + ": " + record->state_text);
    }
    return false;
}

} // namespace grokscope::ui
