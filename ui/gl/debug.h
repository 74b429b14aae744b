// Listens to the driver's own complaints about how OpenGL is used.
// Threads: the thread of the context; messages arrive inside the offending call (synchronous).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace grokscope::ui::gl {

/// While it lives, errors of the current context are collected. Uses GL_KHR_debug where it exists
/// (wording of the driver), else glGetError on each look.
class DebugOutput {
public:
    /// Starts listening on the current context.
    DebugOutput();
    /// Stops listening.
    ~DebugOutput();
    DebugOutput(const DebugOutput&) = delete; // the driver holds the address of its list
    DebugOutput& operator=(const DebugOutput&) = delete;

    /// All errors so far, oldest first; at most 64 are kept.
    [[nodiscard]] const std::vector<std::string>& errors();
    /// Throws std::runtime_error naming the first error if there is one, and forgets all.
    void require_none();

private:
    struct Log;
    std::unique_ptr<Log> log_;
};

} // namespace grokscope::ui::gl
