// Keeps the OpenGL driver apart from libraries of this program that carry a compiler of their own.
#pragma once

namespace grokscope::ui {

/// Mesa's software and AMD drivers compile shaders with LLVM. Debian 13's libtorch has an older
/// LLVM linked in and shows all of its names, so that the driver would be bound to that one and
/// crash as it makes a context. Where such names are in sight, loads Mesa's libraries so that they
/// look for a name among themselves first; does nothing elsewhere, and where there is no Mesa. To
/// be called before the first OpenGL context. Main thread.
void load_graphics_driver();

} // namespace grokscope::ui
