// Settings that a sweep goes through: `--vary train_fraction=0.2:0.6:5`.
#pragma once

#include "engine/protocol/config.h"
#include "engine/protocol/number_text.h"

#include <cstddef>
#include <string>
#include <vector>

namespace grokscope {

/// One setting, and a configuration for each of its values that has that value.
struct VariedSetting {
    const Setting* setting = nullptr;
    std::vector<RunConfig> values;
};

/// At most so many settings: what a table of cells can show.
inline constexpr std::size_t kMostVaried = 2;
/// At most so many values of one of them.
inline constexpr std::size_t kMostValues = 100;

/// KEY=A,B,C; KEY=LOW:HIGH:COUNT, evenly from LOW to HIGH; KEY=LOW:HIGH:COUNT:log, by equal
/// factors, rounded to six digits, and to whole numbers where the setting counts. KEY is a
/// setting's name in files, train_fraction, or its option, frac; it must change the figures of a
/// baseline, and be none that a sweep has an option for. Mistakes go to `mistakes`, one sentence
/// each.
[[nodiscard]] VariedSetting parse_varied(const std::string& text, Mistakes& mistakes);

/// Every combination of the values with `base`, the first setting slowest. What is wrong with one
/// goes to `mistakes`, each sentence once.
[[nodiscard]] std::vector<RunConfig>
varied_configs(const RunConfig& base, const std::vector<VariedSetting>& varied, Mistakes& mistakes);

/// The value that a configuration has, as files write it: "0.2", "mul".
[[nodiscard]] std::string value_text(const Setting& setting, const RunConfig& config);

} // namespace grokscope
