// Training gives way to everything else on the machine, the window first.
#pragma once

namespace grokscope {

/// Lowers the calling thread below normal (Linux: nice +5; Windows: below normal; macOS: utility
/// class). It cannot be raised again without rights, so it is set per thread and never for the
/// process. True when the system agreed; training goes on either way.
bool lower_thread_priority();

/// The same, but so that even training goes first (Linux: nice +10; macOS: background class).
bool lower_thread_priority_most();

} // namespace grokscope
