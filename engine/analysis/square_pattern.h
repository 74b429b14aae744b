// Small squares of letters, and which of them have one complexity: those that a turn, a mirror or
// other names for the letters make of each other (science.md 6.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// The largest side of a square that is told apart.
inline constexpr int kLargestSquare = 3;

/// The one name of a square's class: of its eight turns and mirrors, letters renamed '0', '1', ...
/// in the order in which they appear, row by row, the first in the order of strings. `letters` are
/// 1, 4 or 9, row by row. Throws std::invalid_argument on another number.
[[nodiscard]] std::string square_class(std::string_view letters);

/// How many squares of `colours` letters belong to the class of this one. Throws as square_class()
/// and when it has more letters than there are colours.
[[nodiscard]] std::uint64_t square_class_size(std::string_view letters, int colours);

/// The names of all classes of squares of this side with `colours` letters at most, in the order of
/// strings: 1,555 of side 3 with 4. Side from 1 to kLargestSquare, else throws
/// std::invalid_argument.
[[nodiscard]] std::vector<std::string> square_classes(int side, int colours);

} // namespace grokscope
