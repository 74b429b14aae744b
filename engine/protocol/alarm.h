// Alarms among the marks of a run, whatever type the marks have.
#pragma once

#include "engine/protocol/event.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

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

/// Whether two marks say the same of a run. Both have a kind and an epoch.
template <typename One, typename Other>
[[nodiscard]] bool is_same_mark(const One& one, const Other& other) {
    return one.kind == other.kind && one.epoch == other.epoch;
}

/// The alarms among marks of whatever type, as marks of type `Mark` that `make` makes of each.
template <typename Marks, typename Make>
[[nodiscard]] auto alarms_among(const Marks& marks, Make make) {
    std::vector<std::decay_t<decltype(make(*marks.begin()))>> alarms;
    for (const auto& mark : marks) {
        if (is_alarm(mark.kind)) {
            alarms.push_back(make(mark));
        }
    }
    return alarms;
}

/// Puts the alarms among `others`, each as `make` makes it, in the place of those that `marks` has,
/// after all other marks.
template <typename Mark, typename Others, typename Make>
void replace_alarms(std::vector<Mark>& marks, const Others& others, Make make) {
    std::erase_if(marks, [](const Mark& mark) { return is_alarm(mark.kind); });
    for (Mark& alarm : alarms_among(others, make)) {
        marks.push_back(std::move(alarm));
    }
}

/// Whether both have the same alarms, in whatever order, and whatever other marks.
template <typename Marks, typename Others>
[[nodiscard]] bool have_same_alarms(const Marks& marks, const Others& others) {
    const auto sorted = [](const auto& all) {
        auto alarms =
            alarms_among(all, [](const auto& mark) { return std::pair(mark.kind, mark.epoch); });
        std::ranges::sort(alarms);
        return alarms;
    };
    return sorted(marks) == sorted(others);
}

} // namespace grokscope
