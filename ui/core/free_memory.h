// Memory that was freed goes back to the system. Threads: any.
#pragma once

namespace grokscope::ui {

/// Hands whole free pages back. Runs, their weights and the driver's buffers come and go for hours,
/// and what lives between them keeps the allocator from doing so by itself: without this, an hour
/// of lessons costs some hundred megabytes that nobody uses. Blocks allocation elsewhere for some
/// milliseconds. Does nothing where the C library has no such call.
void give_free_memory_back();

} // namespace grokscope::ui
