// A run's configuration as JSON text, every field by its name in RunConfig.
#pragma once

#include "engine/protocol/config.h"

#include <stdexcept>
#include <string>
#include <string_view>

namespace grokscope {

/// A text is no configuration. what() names every mistake, one sentence each, joined by "; ".
class ConfigTextError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One JSON object with every field, on one line: names as in RunConfig, enumerations by name_of(),
/// the stencil as an array of offsets, an absent split seed as null. Numbers have the fewest digits
/// that give the same bits back.
[[nodiscard]] std::string config_to_json(const RunConfig& config);

/// The configuration that the object describes. What it leaves out has the default of its preset.
/// Throws ConfigTextError: not JSON, not an object, unknown names, wrong types, values out of
/// range; all mistakes at once. No text, however wrong, does worse. Any thread.
[[nodiscard]] RunConfig config_from_json(std::string_view text);

} // namespace grokscope
