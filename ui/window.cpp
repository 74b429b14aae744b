#include "ui/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace grokscope::ui {

struct Window::State {
    bool input = true; // the first frame counts as one
    Size windowed_size;
    int windowed_x = 0;
    int windowed_y = 0;
};

namespace {

/// GLFW's own words for the last failure, as a clause; empty when it has none.
std::string glfw_reason() {
    const char* text = nullptr;
    glfwGetError(&text);
    return text == nullptr ? std::string() : " (" + std::string(text) + ")";
}

/// Terminates GLFW when construction of a window fails half-way.
struct GlfwSession {
    bool keep = false;
    ~GlfwSession() {
        if (!keep) {
            glfwTerminate();
        }
    }
};

} // namespace

Window::Window(const char* title, Size size) : state_(std::make_unique<State>()) {
    if (glfwInit() != GLFW_TRUE) {
        throw DisplayError("there is no display to open a window on" + glfw_reason() +
                           ": start from a desktop session or set DISPLAY, or train in the "
                           "terminal with `grokscope train`");
    }
    GlfwSession session;
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE); // macOS asks for it
    glfwWindowHint(GLFW_SRGB_CAPABLE, GLFW_FALSE);         // colours are blended as sRGB values
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, size.width == 0 ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "grokscope");
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "grokscope");
    Size wanted = size.width > 0 ? size : Size{1600, 1000};
    if (GLFWmonitor* monitor = glfwGetPrimaryMonitor(); monitor != nullptr && size.width == 0) {
        int x = 0;
        int y = 0;
        int width = 0;
        int height = 0;
        glfwGetMonitorWorkarea(monitor, &x, &y, &width, &height);
        if (width > 0 && height > 0) {
            wanted = {std::min(wanted.width, width), std::min(wanted.height, height)};
        }
    }
    window_ = glfwCreateWindow(wanted.width, wanted.height, title, nullptr, nullptr);
    if (window_ == nullptr) {
        throw DisplayError("the display offers no OpenGL 3.3 core context" + glfw_reason() +
                           ": update the graphics driver or set LIBGL_ALWAYS_SOFTWARE=1, or train "
                           "in the terminal with `grokscope train`");
    }
    session.keep = true;
    glfwSetWindowSizeLimits(window_, 320, 200, GLFW_DONT_CARE, GLFW_DONT_CARE);
    glfwSetWindowUserPointer(window_, state_.get());
    // ImGui's back end installs its own callbacks later and calls these first.
    using Touched = void (*)(GLFWwindow*);
    static constexpr Touched kNote = [](GLFWwindow* window) {
        static_cast<State*>(glfwGetWindowUserPointer(window))->input = true;
    };
    glfwSetKeyCallback(window_, [](GLFWwindow* w, int, int, int, int) { kNote(w); });
    glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned) { kNote(w); });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int, int, int) { kNote(w); });
    glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double, double) { kNote(w); });
    glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int) { kNote(w); });
    glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) { kNote(w); });
    glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int) { kNote(w); });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { kNote(w); });
    glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { kNote(w); });
    glfwSetWindowContentScaleCallback(window_, [](GLFWwindow* w, float, float) { kNote(w); });
    glfwSetWindowIconifyCallback(window_, [](GLFWwindow* w, int) { kNote(w); });
    glfwMakeContextCurrent(window_);
    // Off under a virtual display, where waiting for a blank that never comes costs frames.
    const char* software = std::getenv("LIBGL_ALWAYS_SOFTWARE");
    glfwSwapInterval(software != nullptr && software[0] == '1' ? 0 : 1);
}

Window::~Window() {
    glfwDestroyWindow(window_);
    glfwTerminate();
}

void Window::wait_events(double seconds) {
    if (seconds > 0) {
        glfwWaitEventsTimeout(seconds);
    } else {
        glfwPollEvents();
    }
}

void Window::wake() {
    glfwPostEmptyEvent();
}

void Window::swap() {
    glfwSwapBuffers(window_);
}

bool Window::should_close() const {
    return glfwWindowShouldClose(window_) != 0;
}

void Window::close() {
    glfwSetWindowShouldClose(window_, GLFW_TRUE);
}

bool Window::take_input() {
    return std::exchange(state_->input, false);
}

bool Window::focused() const {
    return glfwGetWindowAttrib(window_, GLFW_FOCUSED) != 0;
}

bool Window::visible() const {
    const Size size = framebuffer_size();
    return glfwGetWindowAttrib(window_, GLFW_ICONIFIED) == 0 &&
           glfwGetWindowAttrib(window_, GLFW_VISIBLE) != 0 && size.width > 0 && size.height > 0;
}

Size Window::framebuffer_size() const {
    Size size;
    glfwGetFramebufferSize(window_, &size.width, &size.height);
    return size;
}

float Window::content_scale() const {
    float x = 1;
    float y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    return std::max({x, y, 0.5F});
}

bool Window::full_screen() const {
    return glfwGetWindowMonitor(window_) != nullptr;
}

void Window::set_full_screen(bool on) {
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    if (on == full_screen() || monitor == nullptr) {
        return;
    }
    if (on) {
        const GLFWvidmode* mode = glfwGetVideoMode(monitor);
        if (mode == nullptr) {
            return;
        }
        glfwGetWindowPos(window_, &state_->windowed_x, &state_->windowed_y);
        glfwGetWindowSize(window_, &state_->windowed_size.width, &state_->windowed_size.height);
        glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    } else {
        glfwSetWindowMonitor(window_, nullptr, state_->windowed_x, state_->windowed_y,
                             state_->windowed_size.width, state_->windowed_size.height, 0);
    }
}

Window::Loader Window::loader() {
    return &glfwGetProcAddress;
}

} // namespace grokscope::ui
