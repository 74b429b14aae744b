// The presets of assets/presets, built into the program.
#pragma once

#include "engine/protocol/run_preset.h"

#include <string>
#include <vector>

namespace grokscope {

/// All of them, in the order in which they are offered. Throws std::logic_error when one of the
/// files is wrong, which a test rules out.
[[nodiscard]] std::vector<RunPreset> built_in_presets();

/// Name, title and sentence of each, for a terminal.
[[nodiscard]] std::string presets_in_words();
/// The same with every setting, for programs; docs/formats.md has the schema.
[[nodiscard]] std::string presets_in_json();

} // namespace grokscope
