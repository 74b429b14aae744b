#include "app/options/run_options.h"

#include "app/options/presets.h"
#include "engine/store/config_toml.h"
#include "engine/store/home_folder.h"
#include "engine/store/table_file.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace grokscope {

CLI::Option* add_text_option(CLI::App& app, const std::string& name, const std::string& value_name,
                             const std::string& help, std::function<void(const std::string&)> use) {
    return app.add_option_function<std::string>(name, std::move(use), help)
        ->type_name(value_name)
        ->expected(0, 1) // a missing value is our mistake to report, beside all others
        ->take_last()
        ->trigger_on_parse();
}

void add_path_option(CLI::App& app, Mistakes& mistakes, const std::string& name, std::string& path,
                     const std::string& help) {
    add_text_option(app, name, "FILE", help, [&mistakes, &path, name](const std::string& text) {
        if (text.empty()) {
            mistakes.push_back(name + " needs a value");
        }
        path = with_home(text);
    });
}

namespace {

/// The value that a setting has without its option, as help prints it; empty of a flag.
std::string default_text(const Setting& setting) {
    const RunConfig usual;
    return visit_value(setting, usual, [&]<typename Value>(const Value& value) -> std::string {
        if constexpr (std::is_same_v<Value, bool>) {
            return {};
        } else if constexpr (std::is_arithmetic_v<Value>) {
            return fmt::format("{}", value);
        } else if constexpr (std::is_enum_v<Value>) {
            return std::string(setting.choices[static_cast<std::size_t>(value)]);
        } else if constexpr (std::is_same_v<Value, Stencil>) {
            return value.label();
        } else if constexpr (std::is_same_v<Value, MeasurePlan> ||
                             std::is_same_v<Value, FrequencySet> ||
                             std::is_same_v<Value, OperationTable> ||
                             std::is_same_v<Value, TensorSet> ||
                             std::is_same_v<Value, WeightEdits>) {
            return std::string(setting.unset);
        } else {
            return value ? fmt::format("{}", *value) : std::string(setting.unset);
        }
    });
}

std::string help_of(const Setting& setting) {
    std::string help(setting.help);
    if (const std::size_t place = help.find("{}"); place != std::string::npos) {
        help.replace(place, 2,
                     setting.choices.empty() ? range_text(setting) : choices_text(setting));
    }
    const std::string usual = default_text(setting);
    return usual.empty() ? help : fmt::format("{} [{}]", help, usual);
}

/// What stands for the value in the help.
const char* value_name(const Setting& setting) {
    const RunConfig usual;
    return visit_value(setting, usual, []<typename Value>(const Value&) {
        return std::is_floating_point_v<Value>         ? "X"
               : std::is_enum_v<Value>                 ? "NAME"
               : std::is_same_v<Value, Stencil>        ? "OFFSETS"
               : std::is_same_v<Value, MeasurePlan>    ? "PLAN"
               : std::is_same_v<Value, FrequencySet>   ? "LIST"
               : std::is_same_v<Value, TensorSet>      ? "TENSORS"
               : std::is_same_v<Value, OperationTable> ? "FILE"
                                                       : "N";
    });
}

/// In the order of help: one group behind the other.
std::vector<const Setting*> settings_with_options() {
    std::vector<const Setting*> settings;
    for (const Setting& setting : kSettings) {
        if (!setting.option.empty()) {
            settings.push_back(&setting);
        }
    }
    std::ranges::stable_sort(settings, {},
                             [](const Setting* setting) { return setting->field.group; });
    return settings;
}

/// Fills one field from what the command line says; false when that is a mistake.
class ArgumentReader {
public:
    ArgumentReader(const Setting& setting, const std::string& text, Mistakes& mistakes)
        : setting_(setting), text_(text), mistakes_(mistakes) {}

    template <typename Number>
    requires std::is_arithmetic_v<Number>
    bool operator()(Number& field) const {
        const auto number = parse_number<Number>(setting_.option, text_, mistakes_);
        field = number.value_or(field);
        return number.has_value();
    }
    bool operator()(bool& field) const { return field = true; }
    bool operator()(std::optional<std::uint32_t>& field) const { return (*this)(field.emplace()); }
    bool operator()(Stencil& field) const {
        const auto stencil = parse_stencil(setting_.option, text_, mistakes_);
        field = stencil.value_or(field);
        return stencil.has_value();
    }
    bool operator()(MeasurePlan& field) const {
        const auto plan = parse_plan(setting_.option, text_, mistakes_);
        field = plan.value_or(field);
        return plan.has_value();
    }
    bool operator()(FrequencySet& field) const {
        std::string mistake;
        field = text_ == "none" ? FrequencySet() : FrequencySet::parse(text_, mistake);
        return accept(mistake);
    }
    bool operator()(TensorSet& field) const {
        std::string mistake;
        field = text_ == "none" ? TensorSet() : TensorSet::parse(text_, mistake);
        return accept(mistake);
    }
    bool operator()(WeightEdits& field) const { // options of forks make them, one by one
        std::string mistake;
        field = WeightEdits::parse(text_, mistake);
        return accept(mistake);
    }
    bool operator()(OperationTable& field) const {
        if (text_.empty()) {
            return accept("needs a value");
        }
        try {
            field = load_table(text_ == "-" ? "/dev/stdin" : with_home(text_));
        } catch (const TableFileError& error) {
            return accept(error.what());
        }
        return true;
    }
    template <typename Enumeration>
    requires std::is_enum_v<Enumeration>
    bool operator()(Enumeration& field) const {
        const std::vector<std::string> names(setting_.choices.begin(), setting_.choices.end());
        const auto choice = parse_choice(setting_.option, text_, names, mistakes_);
        field = choice ? static_cast<Enumeration>(*choice) : field;
        return choice.has_value();
    }

private:
    /// True without a mistake; else that is said.
    bool accept(const std::string& mistake) const { // NOLINT(modernize-use-nodiscard)
        if (!mistake.empty()) {
            mistakes_.push_back(std::string(setting_.option) + " " + mistake);
        }
        return mistake.empty();
    }

    const Setting& setting_;
    const std::string& text_;
    Mistakes& mistakes_;
};

} // namespace

bool read_argument(const Setting& setting, const std::string& text, RunConfig& config,
                   Mistakes& mistakes) {
    return visit_value(setting, config, ArgumentReader(setting, text, mistakes));
}

const Setting* setting_named(std::string_view name) {
    const auto* const found = std::ranges::find_if(kSettings, [name](const Setting& setting) {
        return setting.key == name || (!setting.option.empty() && setting.option.substr(2) == name);
    });
    return found == kSettings.end() ? nullptr : found;
}

void RunOptions::read(const Setting& setting, const std::string& text, Mistakes& mistakes) {
    RunConfig given;
    if (!read_argument(setting, text, given, mistakes)) {
        return;
    }
    if (std::holds_alternative<Stencil RunConfig::*>(setting.field.member)) {
        stencils_.push_back(given.stencil); // each makes a run of its own
    } else {
        decay_is_given_ |= setting.option == "--weight-decay";
        operation_is_given_ |= setting.option == "--op";
        p_is_given_ |= setting.option == "--p";
        decay_is_dropped_ |= setting.drops_decay;
        edits_.push_back(
            [&setting, given](RunConfig& config) { copy_value(setting, given, config); });
    }
}

void RunOptions::add_setting(CLI::App& app, const Setting& setting, Mistakes& mistakes) {
    const std::string option(setting.option);
    if (std::holds_alternative<bool RunConfig::*>(setting.field.member)) {
        app.add_flag_callback(
               option, [this, &setting, &mistakes] { read(setting, {}, mistakes); },
               help_of(setting))
            ->group(kRunGroup);
        return;
    }
    add_text_option(
        app, option, value_name(setting), help_of(setting),
        [this, &setting, &mistakes](const std::string& text) { read(setting, text, mistakes); })
        ->group(kRunGroup);
}

void RunOptions::add_to(CLI::App& app, Mistakes& mistakes) {
    add_text_option(app, "--preset", "NAME",
                    "configuration to start from; `grokscope presets` lists them [nanda]",
                    [this, &mistakes](const std::string& text) {
                        const std::vector<RunPreset> presets = built_in_presets();
                        std::vector<std::string> names;
                        for (const RunPreset& preset : presets) {
                            names.push_back(preset.name);
                        }
                        if (const auto choice = parse_choice("--preset", text, names, mistakes)) {
                            start_from("--preset", presets[*choice].config, mistakes);
                            preset_ = presets[*choice].name;
                        }
                    })
        ->group(kRunGroup);
    add_text_option(app, "--config", "FILE",
                    "configuration to start from, a TOML file like those of assets/presets; `-` is "
                    "standard input",
                    [this, &mistakes](const std::string& text) {
                        try {
                            start_from(
                                "--config",
                                load_preset(text == "-" ? "/dev/stdin" : with_home(text)).config,
                                mistakes);
                        } catch (const ConfigFileError& error) {
                            std::istringstream sentences(error.what());
                            for (std::string one; std::getline(sentences, one);) {
                                mistakes.push_back(one);
                            }
                        }
                    })
        ->group(kRunGroup);
    for (const Setting* setting : settings_with_options()) {
        add_setting(app, *setting, mistakes);
    }
}

void RunOptions::start_from(const char* option, const RunConfig& config, Mistakes& mistakes) {
    if (!base_option_.empty() && base_option_ != option) {
        mistakes.emplace_back("--preset and --config both say what to start from; give one");
    }
    base_option_ = option;
    base_ = config;
}

std::vector<RunConfig> RunOptions::configurations() const {
    RunConfig config = base_;
    for (const auto& edit : edits_) {
        edit(config);
    }
    if (!config.table.empty() && config.table != base_.table) {
        fit_to_table(config, operation_is_given_, p_is_given_);
    }
    if (decay_is_dropped_ && !decay_is_given_) {
        drop_unwanted_decay(config);
    }
    std::vector<RunConfig> result;
    for (const Stencil& stencil : stencils_) {
        result.push_back(config);
        result.back().stencil = stencil;
    }
    if (result.empty()) {
        result.push_back(config);
    }
    return result;
}

} // namespace grokscope
