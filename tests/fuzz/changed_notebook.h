// A sound notebook file whose values become a stranger's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace grokscope::fuzz {

/// Applies a list of changes to the file: a byte that chooses table and column, a byte of kind (in
/// its two lowest bits: integer, real, text, blob; with 4: of the newest epoch only), two bytes of
/// length, the value. What the notebook refuses is left as it was.
void change_values(const std::string& file, const std::uint8_t* data, std::size_t size);

} // namespace grokscope::fuzz
