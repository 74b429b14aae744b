#include "engine/store/config_toml.h"

#include "engine/protocol/shown_text.h"
#include "engine/store/config_fields.h"
#include "engine/store/text_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

/// One mistake and where it stands.
struct Mistake {
    toml::source_index line = 0;
    std::string sentence;
};

/// What the fields of a configuration understand; dates and tables, which no field takes, become
/// something that none accepts.
Json as_json(const toml::node& node) {
    if (const auto* text = node.as_string()) {
        return text->get();
    }
    if (const auto* number = node.as_integer()) {
        return number->get();
    }
    if (const auto* number = node.as_floating_point()) {
        return number->get();
    }
    if (const auto* truth = node.as_boolean()) {
        return truth->get();
    }
    if (const auto* list = node.as_array()) {
        Json array = Json::array();
        for (const toml::node& entry : *list) {
            array.push_back(as_json(entry));
        }
        return array;
    }
    return Json::object();
}

class PresetReader {
public:
    PresetReader(const toml::table& file, const std::string& name) {
        preset_.name = shown_line(name);
        for (const auto& [key, node] : file) {
            read(key.str(), key.source().begin.line, node);
        }
    }

    /// The mistakes in order of their lines.
    [[nodiscard]] std::vector<Mistake> mistakes() const {
        std::vector<Mistake> sorted = mistakes_;
        std::ranges::stable_sort(sorted, {}, &Mistake::line);
        return sorted;
    }
    [[nodiscard]] const RunPreset& preset() const { return preset_; }

private:
    void read(std::string_view key, toml::source_index line, const toml::node& node) {
        if (key == "title") {
            read_text(key, line, node, preset_.title);
        } else if (key == "sentence") {
            read_text(key, line, node, preset_.sentence);
        } else if (key != "run") {
            mistakes_.push_back({line, "there is no key " + quoted(Json(key)) +
                                           " here; a file has \"title\", \"sentence\" and the "
                                           "table [run], below which settings of the run stand"});
        } else if (const toml::table* run = node.as_table()) {
            read_run(*run);
        } else {
            mistakes_.push_back(
                {line, "\"run\" must be a table, [run], got " + quoted(as_json(node))});
        }
    }

    void read_text(std::string_view key, toml::source_index line, const toml::node& node,
                   std::string& text) {
        if (const auto* value = node.as_string()) {
            text = shown_line(value->get());
        } else {
            mistakes_.push_back(
                {line, quoted(Json(key)) + " must be a text, got " + quoted(as_json(node))});
        }
    }

    void read_run(const toml::table& run) {
        RunConfig& config = preset_.config;
        if (const toml::node* preset = run.get("preset")) {
            (void)set_config_field(config, "preset", as_json(*preset)); // again below, for its line
            config = RunConfig::of(config.preset);
        }
        using Entry = std::pair<toml::source_index, std::string_view>;
        std::vector<Entry> entries;
        for (const auto& [key, node] : run) {
            entries.emplace_back(key.source().begin.line, key.str());
        }
        std::ranges::sort(entries);
        // A value that is out of range, or does not go with another, is the mistake of the line
        // after which validate() first complained of it.
        std::vector<Mistake> complaints;
        for (const auto& [line, key] : entries) {
            if (std::string wrong = set_config_field(config, key, as_json(*run.get(key)));
                !wrong.empty()) {
                mistakes_.push_back({line, std::move(wrong)});
            }
            for (std::string& sentence : config.validate()) {
                if (std::ranges::find(complaints, sentence, &Mistake::sentence) ==
                    complaints.end()) {
                    complaints.push_back({line, std::move(sentence)});
                }
            }
        }
        fit_to_table(config, run.contains("operation"), run.contains("p"));
        if (!run.contains("weight_decay")) {
            drop_unwanted_decay(config);
        }
        for (const std::string& sentence : config.validate()) {
            const auto found = std::ranges::find(complaints, sentence, &Mistake::sentence);
            mistakes_.push_back(found == complaints.end() ? Mistake{1, sentence} : *found);
        }
    }

    RunPreset preset_;
    std::vector<Mistake> mistakes_;
};

[[noreturn]] void refuse(const std::string& file, const std::vector<Mistake>& mistakes) {
    std::string text;
    for (const Mistake& mistake : mistakes) {
        text += (text.empty() ? "" : "\n") + shown_line(file);
        if (mistake.line > 0) {
            text += ", line " + std::to_string(mistake.line);
        }
        text += ": " + shown_line(mistake.sentence);
    }
    throw ConfigFileError(text);
}

} // namespace

RunPreset preset_from_toml(std::string_view text, const std::string& file) {
    if (text.size() > kLongestConfigText) {
        refuse(file, {{0, "the file has " + std::to_string(text.size()) +
                              " characters, a configuration has at most " +
                              std::to_string(kLongestConfigText)}});
    }
    try {
        const toml::table table = toml::parse(text);
        const PresetReader reader(table, std::filesystem::path(file).stem().string());
        const std::vector<Mistake> mistakes = reader.mistakes();
        if (!mistakes.empty()) {
            refuse(file, mistakes);
        }
        return reader.preset();
    } catch (const toml::parse_error& error) {
        refuse(file, {{error.source().begin.line,
                       "this is not TOML: " + std::string(error.description())}});
    }
}

RunPreset load_preset(const std::string& file) {
    std::string text;
    try {
        text = read_text_file(file, kLongestConfigText,
                              "a TOML file, as `grokscope show RUN` prints one");
    } catch (const std::runtime_error& error) {
        refuse(file, {{0, error.what()}});
    }
    return preset_from_toml(text, file);
}

std::string config_to_toml(const RunConfig& config) {
    std::string text = "[run]\n";
    const Json fields = config_as_json(config);
    for (const auto& [name, value] : fields.items()) {
        if (!value.is_null()) {
            // Numbers, plain words in quotes and lists of numbers are the same in both languages.
            const bool lines = value.is_string() &&
                               value.get_ref<const std::string&>().find('\n') != std::string::npos;
            text += name + " = " +
                    (lines ? "\"\"\"\n" + value.get<std::string>() + "\"\"\"" : value.dump()) +
                    '\n';
        }
    }
    return text;
}

} // namespace grokscope
