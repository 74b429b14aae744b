// Early warnings that came too late to be one.
#pragma once

#include "engine/protocol/event.h"

#include <cstdint>
#include <optional>
#include <string>

namespace grokscope {

[[nodiscard]] constexpr bool is_alarm(MarkKind kind) {
    return kind == MarkKind::kSeparationAlarm || kind == MarkKind::kCommutatorAlarm;
}

/// Whether an alarm came when the run had grokked already, and so warned of nothing.
[[nodiscard]] constexpr bool is_late_alarm(MarkKind kind, std::int32_t epoch,
                                           std::optional<std::int32_t> grok_epoch) {
    return is_alarm(kind) && grok_epoch && epoch >= *grok_epoch;
}

/// name_of(kind), but "(late: it had grokked)" in place of "(early warning)" where that is so.
[[nodiscard]] inline std::string name_of(MarkKind kind, std::int32_t epoch,
                                         std::optional<std::int32_t> grok_epoch) {
    std::string name(name_of(kind));
    if (is_late_alarm(kind, epoch, grok_epoch)) {
        name = name.substr(0, name.rfind(" (")) + " (late: it had grokked)";
    }
    return name;
}

} // namespace grokscope
