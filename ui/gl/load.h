// Entry to OpenGL: loads its functions and says what is there.
// Threads: the thread on which the context is current.
#pragma once

#include <string>

namespace grokscope::ui::gl {

/// What the driver says of itself.
struct ContextInfo {
    std::string renderer; ///< e.g. "llvmpipe (LLVM 15.0.6, 256 bits)"
    std::string version;  ///< e.g. "4.5 (Core Profile) Mesa 22.3.6"
    /// Drawn by the processor, not by a graphics card.
    bool software = false;
};

/// Loads the functions of the current context. Throws std::runtime_error with one sentence for the
/// user when there is none or it is older than OpenGL 3.3.
ContextInfo load_functions();

} // namespace grokscope::ui::gl
