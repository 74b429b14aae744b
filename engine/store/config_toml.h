// Run configurations in TOML files, written by people.
#pragma once

#include "engine/protocol/run_preset.h"

#include <stdexcept>
#include <string>
#include <string_view>

namespace grokscope {

/// A file is no configuration. what() has one line for every mistake, each naming file and line.
class ConfigFileError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The configuration that a TOML text describes:
///
///     title = "Full stencil"              # optional, as is the sentence
///     sentence = "What it is for."
///     [run]                               # fields by their names in RunConfig
///     preset = "nanda"                    # decides what is left out
///     stencil = [-1, 0, 1]
///
/// `file` is for the messages; its name without folders and ".toml" becomes the preset's. Throws
/// ConfigFileError: not TOML, unknown keys, wrong types, values out of range; all mistakes at once.
/// No text, however wrong, does worse. Any thread.
[[nodiscard]] RunPreset preset_from_toml(std::string_view text, const std::string& file);

/// The same, read from `file`. Throws ConfigFileError also when it cannot be read.
[[nodiscard]] RunPreset load_preset(const std::string& file);

/// Every field as preset_from_toml() reads it: "[run]", then a line each in the order of RunConfig.
/// An absent split seed is left out. Any thread.
[[nodiscard]] std::string config_to_toml(const RunConfig& config);

} // namespace grokscope
