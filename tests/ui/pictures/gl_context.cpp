#include "tests/ui/pictures/gl_context.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <cstdlib>
#include <stdexcept>

#ifdef __SANITIZE_ADDRESS__
// Mesa keeps copies of its driver options until the process ends and unloads itself before, so that
// no suppression can name it. Everything else AddressSanitizer looks for stays on.
extern "C" const char* __asan_default_options() {
    return "detect_leaks=0";
}
#endif

namespace grokscope::ui::testing {

std::unique_ptr<GlContext> GlContext::make(std::string& reason) {
    if (glfwInit() != GLFW_TRUE) {
        reason = "no display: run ./test, which starts a virtual one";
        return nullptr;
    }
    std::unique_ptr<GlContext> context(new GlContext);
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_OPENGL_DEBUG_CONTEXT, GLFW_TRUE);
    context->window_ = glfwCreateWindow(64, 64, "grokscope tests", nullptr, nullptr);
    if (context->window_ == nullptr) {
        reason = "no OpenGL 3.3 core context on this display";
        return nullptr;
    }
    glfwMakeContextCurrent(context->window_);
    try {
        context->info_ = gl::load_functions();
    } catch (const std::runtime_error& error) {
        reason = error.what();
        return nullptr;
    }
    context->debug_.emplace();
    return context;
}

bool GlContext::display_promised() {
    return std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
}

GlContext::~GlContext() {
    debug_.reset();
    if (window_ != nullptr) {
        glfwDestroyWindow(window_);
    }
    glfwTerminate();
}

} // namespace grokscope::ui::testing
