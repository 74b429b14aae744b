// The options of the command line that make a RunConfig, shared by the window and `train`.
#pragma once

#include "app/options/argument_text.h"
#include "engine/protocol/config.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace grokscope {

/// Gives `config` the value of one setting that `text` says, as its option takes it; of a flag that
/// it is there. False when that is a mistake, which goes to `mistakes`.
bool read_argument(const Setting& setting, const std::string& text, RunConfig& config,
                   Mistakes& mistakes);

/// The setting of this key, or of this option without its dashes; null when there is none.
[[nodiscard]] const Setting* setting_named(std::string_view name);

/// Heading in the help under which the options of a run stand.
inline constexpr const char* kRunGroup = "The run";

/// Adds an option with one value to `app`. `use` gets the value's text each time the option is met,
/// empty when there is none, and judges it: CLI11 itself would stop at the first mistake.
CLI::Option* add_text_option(CLI::App& app, const std::string& name, const std::string& value_name,
                             const std::string& help, std::function<void(const std::string&)> use);

/// Adds one that names a file, with the home folder for "~"; an empty name is a mistake.
void add_path_option(CLI::App& app, Mistakes& mistakes, const std::string& name, std::string& path,
                     const std::string& help);

/// Collects what the options, one for each of kSettings that has any, say and makes configurations
/// of it.
class RunOptions {
public:
    /// Adds every option of a run to `app`; wrong values go to `mistakes`. Both outlive parsing.
    void add_to(CLI::App& app, Mistakes& mistakes);

    /// One configuration per --stencil given, a single one without a stencil when there is none.
    /// The preset, or the file, comes first, whatever the order of the options.
    [[nodiscard]] std::vector<RunConfig> configurations() const;
    /// The preset that was given; empty for none.
    [[nodiscard]] const std::string& preset() const { return preset_; }

private:
    void add_setting(CLI::App& app, const Setting& setting, Mistakes& mistakes);
    /// Takes what the option of a setting says; of a flag that it is there.
    void read(const Setting& setting, const std::string& text, Mistakes& mistakes);

    /// Takes a preset or a file; a second one is a mistake.
    void start_from(const char* option, const RunConfig& config, Mistakes& mistakes);

    RunConfig base_;          ///< what edits start from
    std::string preset_;      ///< its name, where it is one
    std::string base_option_; ///< the option that gave it; empty for none
    std::vector<std::function<void(RunConfig&)>> edits_;
    bool operation_is_given_ = false;
    bool p_is_given_ = false;
    bool decay_is_given_ = false;
    bool decay_is_dropped_ = false; ///< by the rule of an option
    std::vector<Stencil> stencils_;
};

} // namespace grokscope
