// The window as a program: wires engine and ui together and runs the frame loop.
// Threads: the main thread, as every window system wants it.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"

namespace grokscope {

/// Opens the window, runs it until it is closed, and returns the exit code: 0, or 3 with one
/// sentence on standard error when there is no display or no OpenGL 3.3. Blocks. Throws what no one
/// expected; main() reports it.
[[nodiscard]] int run_window(const WindowOptions& options, const StopSignal& stop);

} // namespace grokscope
