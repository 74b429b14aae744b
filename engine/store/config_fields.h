// The fields of a RunConfig by name, for every text format that carries one. Inside of the store.
#pragma once

#include "engine/protocol/config.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace grokscope {

using Json = nlohmann::ordered_json;

/// A longer text is not worth parsing: far beyond any configuration.
inline constexpr std::size_t kLongestConfigText =
    OperationTable::kLongestText + (std::size_t{1} << 16);

/// Every field, in the order of kSettings.
[[nodiscard]] Json config_as_json(const RunConfig& config);

/// Sets the field `name`. What is wrong with name or value, one sentence; empty when it was taken.
/// Ranges are for validate().
[[nodiscard]] std::string set_config_field(RunConfig& config, std::string_view name,
                                           const Json& value);

/// The beginning of a value as a message quotes it.
[[nodiscard]] std::string quoted(const Json& value);

} // namespace grokscope
