// What the program's own streams are connected to, the one file that asks the system about it; and
// what is said on standard error.
#pragma once

#include <cstdint>
#include <string_view>

namespace grokscope {

/// Standard output, or standard error.
enum class Stream : std::uint8_t { kOutput, kError };

/// True when it is a terminal that can redraw a line.
[[nodiscard]] bool is_terminal(Stream stream);

/// Columns of that terminal; 80 when it does not say.
[[nodiscard]] int terminal_columns(Stream stream);

/// One sentence on standard error. It may quote anything: names of files, texts out of them.
void complain(std::string_view sentence);

} // namespace grokscope
