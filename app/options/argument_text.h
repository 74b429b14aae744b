// Arguments of the command line turned into values; what is wrong with one becomes a sentence.
#pragma once

#include "engine/protocol/measure_plan.h"
#include "engine/protocol/number_text.h"
#include "engine/protocol/stencil.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// What stands between the characters `between`, empty parts, too; "" is one empty part.
[[nodiscard]] std::vector<std::string> split_text(std::string_view text, char between);

/// Whole numbers between commas, "14,35,41". What is wrong with an item becomes a mistake, and the
/// item is left out.
[[nodiscard]] std::vector<int> parse_numbers(std::string_view option, std::string_view text,
                                             Mistakes& mistakes);

/// A stencil as "-1,0,1" or as it is printed, "[-1,0,+1]"; "", "baseline" and "none" are the empty
/// one. Adds a mistake and returns nothing when it is none.
[[nodiscard]] std::optional<Stencil> parse_stencil(std::string_view option, std::string_view text,
                                                   Mistakes& mistakes);

/// A plan of measurements, "ildr:100,commutator"; "" and "none" are the empty one. Instruments that
/// this version does not have are a mistake.
[[nodiscard]] std::optional<MeasurePlan> parse_plan(std::string_view option, std::string_view text,
                                                    Mistakes& mistakes);

/// `word` when it is one of `words`; otherwise adds a mistake that lists them.
[[nodiscard]] std::optional<std::size_t> parse_choice(std::string_view option,
                                                      std::string_view word,
                                                      const std::vector<std::string>& words,
                                                      Mistakes& mistakes);

} // namespace grokscope
