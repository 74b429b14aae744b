#include "engine/protocol/phase_plane.h"

#include "engine/protocol/survival.h"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace grokscope {

namespace {

/// Settings that a sweep's own options go through.
constexpr std::array<std::string_view, 3> kOptionsOfTheirOwn = {"split_seed", "stencil", "control"};

bool is_number(const Setting& setting) {
    const RunConfig usual;
    return visit_value(setting, usual, []<typename Value>(const Value&) {
        return std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>;
    });
}

} // namespace

PhaseRegion region_of(const SweepRun& run) {
    if (!run.grok_epoch) {
        return run.memorised_epoch ? PhaseRegion::kMemorisation : PhaseRegion::kConfusion;
    }
    const std::int32_t memorised = run.memorised_epoch.value_or(*run.grok_epoch);
    return *run.grok_epoch - memorised < kWaitFrom ? PhaseRegion::kComprehension
                                                   : PhaseRegion::kGrokking;
}

SweepRun by_stable_grok(SweepRun run) {
    run.grok_epoch = run.lasting.stable_grok();
    run.last_epoch = static_cast<std::int32_t>(run.lasting.epoch().low);
    return run;
}

PhaseCell phase_cell(std::span<const SweepRun> runs) {
    PhaseCell cell;
    std::vector<Lifetime> lives;
    std::array<int, kPhaseRegions.size()> counted{};
    for (const SweepRun& run : runs) {
        if (run.failed) {
            ++cell.failed;
            continue;
        }
        ++cell.runs;
        cell.grokked += run.grok_epoch ? 1 : 0;
        lives.push_back({static_cast<double>(run.epoch_or_bound()), run.grok_epoch.has_value()});
        ++counted[static_cast<std::size_t>(region_of(run))];
    }
    cell.median_epoch = lives.empty() ? Bounded::exactly(std::numeric_limits<double>::quiet_NaN())
                                      : median_of(lives);
    const int most = *std::ranges::max_element(counted);
    for (std::size_t i = 0; i < counted.size() && most > 0; ++i) {
        if (counted[i] == most) {
            cell.regions.push_back(static_cast<PhaseRegion>(i));
        }
    }
    return cell;
}

std::string letters_of(const PhaseCell& cell) {
    std::string text;
    for (const PhaseRegion region : cell.regions) {
        text += text.empty() ? "" : "/";
        text += kPhaseRegionLetters[static_cast<std::size_t>(region)];
    }
    return text;
}

bool may_vary(const Setting& setting) {
    // What tells probes apart leaves baselines as they are, and the step is a matter of rounding:
    // either would count the same run again and again.
    return setting.course && !setting.probes && !setting.chance && !setting.option.empty() &&
           std::ranges::find(kOptionsOfTheirOwn, setting.key) == kOptionsOfTheirOwn.end() &&
           (is_number(setting) || setting.choices.size() > 1);
}

std::optional<double> number_of(const Setting& setting, const RunConfig& config) {
    return visit_value(
        setting, config, []<typename Value>(const Value& value) -> std::optional<double> {
            if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) {
                return static_cast<double>(value);
            } else {
                return std::nullopt;
            }
        });
}

std::string short_value(const Setting& setting, const RunConfig& config) {
    return visit_value(setting, config, [&]<typename Value>(const Value& value) -> std::string {
        if constexpr (std::is_same_v<Value, bool> || std::is_enum_v<Value>) {
            const auto index = static_cast<std::size_t>(value);
            return index < setting.choices.size() ? std::string(setting.choices[index])
                                                  : std::string();
        } else if constexpr (std::is_integral_v<Value>) {
            return std::to_string(value);
        } else if constexpr (std::is_floating_point_v<Value>) {
            return config_detail::in_words(value);
        } else {
            return {};
        }
    });
}

} // namespace grokscope
