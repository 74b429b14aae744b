// What a run is doing, in words for people (science.md section 4).
#pragma once

#include "ui/run_book.h"

#include <cstdint>

namespace grokscope::ui {

enum class Phase : std::uint8_t {
    kNotStarted,
    kMemorising,
    kMemorised,  ///< knows the training pairs, waits for understanding
    kTransition, ///< test loss falls
    kGrokked,
    kStable,
    kLostAgain,
    kFailed
};

/// The phase at `epoch`, by the marks known today.
[[nodiscard]] Phase phase_at(const RunRecord& run, std::int32_t epoch);

} // namespace grokscope::ui
