#include "engine/store/config_json.h"

#include "engine/store/config_fields.h"

#include <string>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

[[noreturn]] void refuse(const std::vector<std::string>& mistakes) {
    std::string text;
    for (const std::string& mistake : mistakes) {
        text += (text.empty() ? "" : "; ") + mistake;
    }
    throw ConfigTextError(text);
}

Json parse(std::string_view text) {
    if (text.size() > kLongestConfigText) {
        throw ConfigTextError("the configuration has " + std::to_string(text.size()) +
                              " characters, at most " + std::to_string(kLongestConfigText) +
                              " are expected");
    }
    try {
        Json object = Json::parse(text);
        if (!object.is_object()) {
            throw ConfigTextError("the configuration must be a JSON object, got " + quoted(object));
        }
        return object;
    } catch (const Json::parse_error& error) {
        throw ConfigTextError("the configuration is not JSON: mistake at character " +
                              std::to_string(error.byte));
    } catch (const Json::exception&) { // a number beyond double
        throw ConfigTextError("the configuration is not JSON: a number is too large");
    }
}

} // namespace

std::string config_to_json(const RunConfig& config) {
    return config_as_json(config).dump();
}

RunConfig config_from_json(std::string_view text) {
    Json object = parse(text);
    std::vector<std::string> mistakes;
    const auto set = [&mistakes](RunConfig& config, std::string_view name, const Json& value) {
        if (std::string mistake = set_config_field(config, name, value); !mistake.empty()) {
            mistakes.push_back(std::move(mistake));
        }
    };
    // The preset decides the defaults of what is left out.
    RunConfig config;
    if (const auto found = object.find("preset"); found != object.end()) {
        set(config, "preset", *found);
        object.erase(found);
    }
    config = RunConfig::of(config.preset);
    for (const auto& [name, value] : object.items()) {
        set(config, name, value);
    }
    fit_to_table(config, object.contains("operation"), object.contains("p"));
    if (!object.contains("weight_decay")) {
        drop_unwanted_decay(config);
    }
    const std::vector<std::string> out_of_range = config.validate();
    mistakes.insert(mistakes.end(), out_of_range.begin(), out_of_range.end());
    if (!mistakes.empty()) {
        refuse(mistakes);
    }
    return config;
}

} // namespace grokscope
