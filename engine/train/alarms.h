// Alarms that the readings of instruments raise, by the rules of their descriptions
// (science.md 6.5). Threads: any.
#pragma once

#include "engine/protocol/event.h"
#include "engine/protocol/figure.h"
#include "engine/protocol/metrics.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grokscope {

/// First evaluated epoch at which the run had memorised; nothing before that.
[[nodiscard]] std::optional<std::int32_t> memorised_epoch(std::span<const MetricSample> samples);

/// What the readings of one run, by increasing epoch, raise by the rules of AlarmRule: each alarm
/// once. Readings of later epochs change nothing of the alarms before them. A run that has not
/// memorised has no baseline, and so no alarm.
[[nodiscard]] std::vector<event::Mark> alarms_of(std::span<const Reading> readings,
                                                 std::optional<std::int32_t> memorised);

} // namespace grokscope
