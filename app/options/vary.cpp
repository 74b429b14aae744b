#include "app/options/vary.h"

#include "app/options/run_options.h"
#include "engine/protocol/phase_plane.h"
#include "engine/store/config_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <type_traits>

namespace grokscope {

namespace {

bool is_number(const Setting& setting) {
    const RunConfig usual;
    return visit_value(setting, usual, []<typename Value>(const Value&) {
        return std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>;
    });
}

bool counts(const Setting& setting) {
    const RunConfig usual;
    return visit_value(setting, usual, []<typename Value>(const Value&) {
        return std::is_integral_v<Value> && !std::is_same_v<Value, bool>;
    });
}

const Setting* find_setting(std::string_view name) {
    const Setting* const found = setting_named(name);
    return found == nullptr || !may_vary(*found) ? nullptr : found;
}

/// The values of LOW:HIGH:COUNT[:log], written as the command line takes them; none when it is no
/// such range, which is then said.
std::vector<std::string> range_values(const Setting& setting, const std::string& text,
                                      Mistakes& mistakes) {
    const std::vector<std::string> parts = split_text(text, ':');
    const bool by_factors = parts.size() == 4 && parts[3] == "log";
    Mistakes ignored;
    const auto low = parse_number<double>("", parts[0], ignored);
    const auto high = parse_number<double>("", parts[1], ignored);
    const auto count = parts.size() < 3 ? std::nullopt : parse_number<int>("", parts[2], ignored);
    if ((parts.size() != 3 && !by_factors) || !low || !high || !count || *count < 2 ||
        static_cast<std::size_t>(*count) > kMostValues || !(*low < *high) ||
        (by_factors && !(*low > 0))) {
        mistakes.push_back(fmt::format(
            "--vary {} takes a list, A,B,C, or a range LOW:HIGH:COUNT, with :log behind it for "
            "equal "
            "factors, LOW below HIGH (above 0 with log) and COUNT from 2 to {}; got \"{}\"",
            setting.key, kMostValues, text));
        return {};
    }
    std::vector<std::string> values;
    for (int i = 0; i < *count; ++i) {
        const double share = static_cast<double>(i) / (*count - 1);
        const double value =
            by_factors ? *low * std::pow(*high / *low, share) : *low + share * (*high - *low);
        values.push_back(counts(setting) ? fmt::format("{}", std::llround(value))
                                         : fmt::format("{:.6g}", value));
    }
    return values;
}

} // namespace

VariedSetting parse_varied(const std::string& text, Mistakes& mistakes) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const Setting* const setting = find_setting(name);
    if (setting == nullptr || equals == std::string::npos) {
        std::vector<std::string_view> names;
        for (const Setting& one : kSettings) {
            if (may_vary(one)) {
                names.push_back(one.key);
            }
        }
        mistakes.push_back(fmt::format("--vary needs SETTING=VALUES with one of {}; got \"{}\"",
                                       fmt::join(names, ", "), text));
        return {};
    }
    const std::string values = text.substr(equals + 1);
    const bool is_range = is_number(*setting) && values.find(':') != std::string::npos;
    VariedSetting varied{.setting = setting, .values = {}};
    for (const std::string& value :
         is_range ? range_values(*setting, values, mistakes) : split_text(values, ',')) {
        RunConfig config;
        if (!read_argument(*setting, value, config, mistakes)) {
            continue;
        }
        if (std::ranges::any_of(varied.values, [&](const RunConfig& other) {
                return have_equal_value(*setting, other, config);
            })) {
            mistakes.push_back(
                fmt::format("--vary {} has the value {} twice", setting->key, value));
            continue;
        }
        varied.values.push_back(config);
    }
    if (varied.values.size() > kMostValues) {
        mistakes.push_back(fmt::format("--vary {} takes at most {} values, got {}", setting->key,
                                       kMostValues, varied.values.size()));
    }
    return varied;
}

std::vector<RunConfig> varied_configs(const RunConfig& base,
                                      const std::vector<VariedSetting>& varied,
                                      Mistakes& mistakes) {
    std::vector<RunConfig> configs{base};
    for (const VariedSetting& one : varied) {
        std::vector<RunConfig> more;
        for (const RunConfig& config : configs) {
            for (const RunConfig& value : one.values) {
                more.push_back(config);
                copy_value(*one.setting, value, more.back());
            }
        }
        configs = std::move(more);
    }
    for (const RunConfig& config : configs) {
        for (std::string& mistake : config.validate()) {
            if (std::ranges::find(mistakes, mistake) == mistakes.end()) {
                mistakes.push_back(std::move(mistake));
            }
        }
    }
    return configs;
}

std::string value_text(const Setting& setting, const RunConfig& config) {
    const auto fields = nlohmann::json::parse(config_to_json(config));
    const auto& value = fields.at(std::string(setting.key));
    return value.is_string() ? value.get<std::string>() : value.dump();
}

} // namespace grokscope
