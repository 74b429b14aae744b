// What standard output is connected to; the one file that asks the system about it.
#pragma once

namespace grokscope {

/// True when standard output is a terminal that can redraw a line.
[[nodiscard]] bool output_is_terminal();

/// Columns of that terminal; 80 when it does not say.
[[nodiscard]] int terminal_columns();

} // namespace grokscope
