#include "engine/protocol/rivals.h"

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

} // namespace grokscope
