#include "app/options/presets.h"

#include "engine/store/config_json.h"
#include "engine/store/config_toml.h"

#include <embedded/presets.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <stdexcept>
#include <utility>

namespace grokscope {

std::vector<RunPreset> built_in_presets() {
    std::vector<RunPreset> presets;
    for (const embedded::File& file : embedded::presets()) {
        try {
            presets.push_back(preset_from_toml(file.content, std::string(file.name)));
        } catch (const ConfigFileError& error) {
            throw std::logic_error(std::string("a built-in preset is wrong: ") + error.what());
        }
    }
    return presets;
}

std::string presets_in_words() {
    std::string text;
    for (const RunPreset& preset : built_in_presets()) {
        text += fmt::format("{:<27} {}\n    {}\n", preset.name, preset.title, preset.sentence);
    }
    return text;
}

std::string presets_in_json() {
    using Json = nlohmann::ordered_json;
    Json presets = Json::array();
    for (const RunPreset& preset : built_in_presets()) {
        Json config = Json::parse(config_to_json(preset.config));
        config["split_seed"] = preset.config.effective_split_seed();
        presets.push_back({{"name", preset.name},
                           {"title", preset.title},
                           {"sentence", preset.sentence},
                           {"config", std::move(config)}});
    }
    return Json{{"format", "grokscope presets 1"}, {"presets", std::move(presets)}}.dump(1) + '\n';
}

} // namespace grokscope
