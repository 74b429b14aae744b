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

struct AlarmRule;

/// First evaluated epoch at which the run had memorised; nothing before that.
[[nodiscard]] std::optional<std::int32_t> memorised_epoch(std::span<const MetricSample> samples);

/// The epoch at which the readings of one run, by increasing epoch, raise the alarm of a rule;
/// nothing when they never do.
[[nodiscard]] std::optional<std::int32_t>
first_alarm(const AlarmRule& rule, std::span<const Reading> readings, std::int32_t memorised);

/// What the readings of one run, by increasing epoch, raise by the rules of AlarmRule: each alarm
/// once. Readings of later epochs change nothing of the alarms before them. A run that has not
/// memorised has no baseline, and so no alarm.
[[nodiscard]] std::vector<event::Mark> alarms_of(std::span<const Reading> readings,
                                                 std::optional<std::int32_t> memorised);

} // namespace grokscope
