// What standard output is connected to, the one file that asks the system about it; and what is
// said on standard error.
#pragma once

#include <string_view>

namespace grokscope {

/// True when standard output is a terminal that can redraw a line.
[[nodiscard]] bool output_is_terminal();

/// Columns of that terminal; 80 when it does not say.
[[nodiscard]] int terminal_columns();

/// One sentence on standard error. It may quote anything: names of files, texts out of them.
void complain(std::string_view sentence);

} // namespace grokscope
