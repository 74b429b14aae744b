#include "engine/protocol/rivals.h"

#include <algorithm>
#include <type_traits>

namespace grokscope {

namespace {

/// The temperature that the race offers.
constexpr double kWarm = 2;

/// `base` with every value of the setting that makes it a rival.
std::vector<RunConfig> with_values(const Setting& setting, const RunConfig& base) {
    std::vector<RunConfig> configs;
    RunConfig changed = base;
    visit_value(setting, changed, [&]<typename Value>(Value& value) {
        const auto add = [&](Value other) {
            value = other;
            configs.push_back(changed);
        };
        if constexpr (std::is_same_v<Value, bool>) {
            add(true);
        } else if constexpr (std::is_enum_v<Value>) {
            for (std::size_t choice = 1; choice < setting.choices.size(); ++choice) {
                add(static_cast<Value>(choice));
            }
        } else if constexpr (std::is_same_v<Value, double>) {
            add(kWarm);
        }
    });
    return configs;
}

/// How many rivals the setting makes, and which of them, from 0 on, `config` is.
struct Place {
    int of = 1;
    int which = 0;
};

Place place_of(const Setting& setting, const RunConfig& config) {
    Place place;
    visit_value(setting, config, [&]<typename Value>(const Value& value) {
        if constexpr (std::is_enum_v<Value>) {
            place = {static_cast<int>(setting.choices.size()) - 1, static_cast<int>(value) - 1};
        }
    });
    return place;
}

bool is_rule(const Setting& setting) {
    return !setting.rival.empty();
}

} // namespace

std::vector<RunConfig> rivals_of(const RunConfig& base) {
    std::vector<RunConfig> rivals;
    for (const Setting& setting : kSettings) {
        if (setting.rival.empty() || !have_equal_value(setting, base, RunConfig{})) {
            continue;
        }
        for (RunConfig& config : with_values(setting, base)) {
            if (setting.drops_decay) {
                config.weight_decay = 0;
            }
            if (config.validate().empty()) {
                rivals.push_back(config);
            }
        }
    }
    return rivals;
}

RunConfig without_rivals(const RunConfig& config) {
    const RunConfig usual = RunConfig::of(config.preset);
    RunConfig plain = config;
    for (const Setting& setting : kSettings) {
        if (!is_rule(setting)) {
            continue;
        }
        if (setting.drops_decay && config.weight_decay == 0 &&
            !have_equal_value(setting, config, RunConfig{})) {
            plain.weight_decay = usual.weight_decay;
        }
        copy_value(setting, usual, plain);
        for (const Setting& number : kSettings) {
            if (!number.needs.empty() && number.needs == setting.option) {
                copy_value(number, usual, plain);
            }
        }
    }
    return plain;
}

const Setting* rule_of(const RunConfig& config) {
    const auto* const found = std::ranges::find_if(kSettings, [&](const Setting& setting) {
        return is_rule(setting) && !have_equal_value(setting, config, RunConfig{});
    });
    return found == kSettings.end() ? nullptr : found;
}

std::optional<int> rival_number(const RunConfig& config) {
    const Setting* const rule = rule_of(config);
    if (rule == nullptr) {
        return std::nullopt;
    }
    int number = place_of(*rule, config).which;
    for (const Setting* setting = kSettings.data(); setting != rule; ++setting) {
        number += is_rule(*setting) ? place_of(*setting, config).of : 0;
    }
    return number;
}

} // namespace grokscope
