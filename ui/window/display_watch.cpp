#include "ui/window/display_watch.h"

#include <atomic>
#include <utility>

#ifdef __linux__
#include <dlfcn.h>
#endif

namespace grokscope::ui {

namespace {

// The library calls a handler with nothing of ours, so what it needs is global: see DisplayWatch.
std::function<void()> display_lost;
std::atomic<bool> destroyed{false};

#ifdef __linux__

unsigned long own_window = 0;

// As Xlib.h has them, which the program is not built with: GLFW loads the library.
struct ErrorEvent {
    int type;
    void* display;
    unsigned long resource;
    unsigned long serial;
    unsigned char code;
    unsigned char request;
    unsigned char minor;
};
using ErrorHandler = int (*)(void* display, ErrorEvent* error);
using BreakHandler = int (*)(void* display);

constexpr unsigned char kBadWindow = 3;
constexpr unsigned char kBadDrawable = 9;

int note_error(void*, ErrorEvent* error) {
    // Other errors, such as a focus that came too late, are of no consequence.
    const bool gone = error->code == kBadWindow || error->code == kBadDrawable;
    if (gone && error->resource == own_window) { // others' windows come and go, as in a drag
        destroyed.store(true);
    }
    return 0;
}

int note_break(void*) {
    if (display_lost) {
        display_lost();
    }
    return 0;
}

/// A function of X's library when the program has loaded that.
template <typename Function>
Function x_function(const char* name) {
    void* library = dlopen("libX11.so.6", RTLD_LAZY | RTLD_NOLOAD);
    if (library == nullptr) {
        return nullptr;
    }
    void* found = dlsym(library, name);
    dlclose(library); // who loaded it still has it
    return reinterpret_cast<Function>(found);
}

/// X's number of a window of GLFW; 0 where it is none of X's.
unsigned long number_of(GLFWwindow* window) {
    // GLFW's header for it would want those of X.
    using GetWindow = unsigned long (*)(GLFWwindow*);
    auto* const get = reinterpret_cast<GetWindow>(dlsym(RTLD_DEFAULT, "glfwGetX11Window"));
    const bool on_x = x_function<void* (*)(ErrorHandler)>("XSetErrorHandler") != nullptr;
    return get != nullptr && on_x ? get(window) : 0;
}

void set_handlers(ErrorHandler error, BreakHandler broken) {
    if (const auto set = x_function<void* (*)(ErrorHandler)>("XSetErrorHandler")) {
        (void)set(error);
    }
    if (const auto set = x_function<void* (*)(BreakHandler)>("XSetIOErrorHandler")) {
        (void)set(broken);
    }
}

#endif

} // namespace

void DisplayWatch::start(GLFWwindow* window, std::function<void()> lost) {
    display_lost = std::move(lost);
    destroyed.store(false);
#ifdef __linux__
    own_window = number_of(window);
    set_handlers(note_error, note_break);
#endif
}

DisplayWatch::~DisplayWatch() {
#ifdef __linux__
    if (display_lost) {
        set_handlers(nullptr, nullptr);
    }
#endif
    display_lost = nullptr;
}

bool DisplayWatch::window_destroyed() const {
    return destroyed.load();
}

} // namespace grokscope::ui
