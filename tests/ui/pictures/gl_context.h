// A hidden window with an OpenGL 3.3 core context, for tests that draw.
// Threads: the thread of the test.
#pragma once

#include "ui/gl/debug.h"
#include "ui/gl/load.h"

#include <memory>
#include <optional>
#include <string>

struct GLFWwindow;

namespace grokscope::ui::testing {

/// Current while it lives. The driver's complaints are collected from the start.
class GlContext {
public:
    /// Nothing when there is no display or no OpenGL 3.3; `reason` then says why.
    [[nodiscard]] static std::unique_ptr<GlContext> make(std::string& reason);
    /// Whether the environment names a display: then a test that finds none has failed.
    [[nodiscard]] static bool display_promised();
    ~GlContext();
    GlContext(const GlContext&) = delete; // owns the one GLFW of the process
    GlContext& operator=(const GlContext&) = delete;

    [[nodiscard]] const gl::ContextInfo& info() const { return info_; }
    [[nodiscard]] gl::DebugOutput& debug() { return *debug_; }

private:
    GlContext() = default;
    GLFWwindow* window_ = nullptr;
    gl::ContextInfo info_;
    std::optional<gl::DebugOutput> debug_;
};

} // namespace grokscope::ui::testing

/// Makes `context`. Without a display in the environment the test is skipped, and says why.
#define GROKSCOPE_NEEDS_GL(context)                                                                \
    std::string context##_reason;                                                                  \
    const auto context = grokscope::ui::testing::GlContext::make(context##_reason);                \
    if (context == nullptr && grokscope::ui::testing::GlContext::display_promised())               \
        FAIL() << context##_reason;                                                                \
    if (context == nullptr)                                                                        \
    GTEST_SKIP() << context##_reason
