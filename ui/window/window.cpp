#include "ui/window/window.h"

#include "engine/protocol/doorbell.h"
#include "ui/window/app_icon.h"
#include "ui/window/dead_manager.h"
#include "ui/window/graphics_driver.h"
#include "ui/window/key_layout.h"
#include "ui/window/monitors.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace grokscope::ui {

struct Window::State {
    bool input = true; // the first frame counts as one
    std::vector<KeyPress> presses;
    bool character_tells = false; ///< the last key that went down has no chord of its own
    bool repeats = false;         ///< nor was it the first time
    std::vector<std::string> dropped;
    Rect windowed; ///< where it is, or was before full screen
    bool full = false;
    std::size_t screens = 0; ///< that were there at the last look
    bool closed = false;     ///< without a display
    Size size;               ///< the same
};

namespace {

/// Of a window whose size nobody gave.
constexpr Size kUsualSize{1600, 1000};

/// GLFW's own words for the last failure, as a clause; empty when it has none.
std::string glfw_reason() {
    const char* text = nullptr;
    glfwGetError(&text);
    return text == nullptr ? std::string() : " (" + std::string(text) + ")";
}

/// GLFW names keys by what the American layout writes there.
char place_of(int key) {
    const bool letter = key >= GLFW_KEY_A && key <= GLFW_KEY_Z;
    const bool digit = key >= GLFW_KEY_0 && key <= GLFW_KEY_9;
    return letter || digit ? static_cast<char>(key) : '\0';
}

/// Whether the keyboard's present layout writes any of a to z.
bool has_latin_letters() {
    for (int key = GLFW_KEY_A; key <= GLFW_KEY_Z; ++key) {
        const char* const writes = glfwGetKeyName(key, 0);
        if (writes != nullptr && writes[0] >= 'a' && writes[0] <= 'z') {
            return true;
        }
    }
    return false;
}

std::optional<Chord> chord_of(int key, int scancode, int mods) {
    Chord chord;
    chord.ctrl = (mods & GLFW_MOD_CONTROL) != 0;
    chord.shift = (mods & GLFW_MOD_SHIFT) != 0;
    if ((mods & (GLFW_MOD_ALT | GLFW_MOD_SUPER)) != 0) {
        return std::nullopt;
    }
    const auto with = [&](Chord::Key which, int number = 0) {
        chord.key = which;
        chord.number = number;
        return chord;
    };
    switch (key) {
    case GLFW_KEY_SPACE:
        return with(Chord::Key::kSpace);
    case GLFW_KEY_LEFT:
        return with(Chord::Key::kLeft);
    case GLFW_KEY_RIGHT:
        return with(Chord::Key::kRight);
    case GLFW_KEY_HOME:
        return with(Chord::Key::kHome);
    case GLFW_KEY_END:
        return with(Chord::Key::kEnd);
    case GLFW_KEY_PAGE_UP:
        return with(Chord::Key::kPageUp);
    case GLFW_KEY_PAGE_DOWN:
        return with(Chord::Key::kPageDown);
    case GLFW_KEY_DELETE:
        return with(Chord::Key::kDelete);
    case GLFW_KEY_ESCAPE:
        return with(Chord::Key::kEscape);
    case GLFW_KEY_KP_ADD:
        return with(Chord::Key::kPlus);
    case GLFW_KEY_KP_SUBTRACT:
        return with(Chord::Key::kMinus);
    default:
        break;
    }
    if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12) {
        return with(Chord::Key::kFunction, key - GLFW_KEY_F1 + 1);
    }
    const char* const writes = glfwGetKeyName(key, scancode);
    return chord_of_key({.place = place_of(key),
                         .writes = writes == nullptr ? "" : writes,
                         .ctrl = chord.ctrl,
                         .shift = chord.shift},
                        has_latin_letters());
}

/// Gives the window its icon in the sizes that task bars and switchers ask for. Systems without
/// window icons ignore it.
void set_icon(GLFWwindow* window) {
    constexpr std::array kSizes{16, 32, 48, 64, 128};
    std::array<std::vector<std::uint8_t>, kSizes.size()> pixels;
    std::array<GLFWimage, kSizes.size()> images;
    for (std::size_t i = 0; i < kSizes.size(); ++i) {
        pixels[i] = draw_app_icon(kSizes[i]);
        images[i] = {kSizes[i], kSizes[i], pixels[i].data()};
    }
    glfwSetWindowIcon(window, static_cast<int>(images.size()), images.data());
}

std::span<GLFWmonitor* const> all_monitors() {
    int count = 0;
    GLFWmonitor** const all = glfwGetMonitors(&count);
    return {all, static_cast<std::size_t>(count)};
}

/// Of all monitors, in their order.
std::vector<Rect> all_screens() {
    std::vector<Rect> screens;
    for (GLFWmonitor* const monitor : all_monitors()) {
        int x = 0;
        int y = 0;
        glfwGetMonitorPos(monitor, &x, &y);
        const GLFWvidmode* const mode = glfwGetVideoMode(monitor);
        screens.push_back({static_cast<float>(x), static_cast<float>(y),
                           mode == nullptr ? 0 : static_cast<float>(mode->width),
                           mode == nullptr ? 0 : static_cast<float>(mode->height)});
    }
    return screens;
}

/// The one that holds the middle of the window; null without any.
GLFWmonitor* monitor_of(const Rect& window) {
    const std::span<GLFWmonitor* const> monitors = all_monitors();
    return monitors.empty() ? nullptr : monitors[screen_of(window, all_screens())];
}

Rect place_of(GLFWwindow* window) {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    glfwGetWindowPos(window, &x, &y);
    glfwGetWindowSize(window, &width, &height);
    return {static_cast<float>(x), static_cast<float>(y), static_cast<float>(width),
            static_cast<float>(height)};
}

/// Not in full screen, at `place` or as near as there is a screen.
void put_window(GLFWwindow* window, const Rect& place) {
    const Rect to = place_on_screens(place, all_screens());
    glfwSetWindowMonitor(window, nullptr, static_cast<int>(to.x), static_cast<int>(to.y),
                         static_cast<int>(to.width), static_cast<int>(to.height), 0);
}

/// Wakes one that waits without a display. As GLFW's own, it belongs to the process.
Doorbell& bell() {
    static Doorbell doorbell;
    return doorbell;
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

Window::Window(const char* title, Size size, Purpose purpose) : state_(std::make_unique<State>()) {
    (void)clear_dead_manager();
#ifdef GLFW_PLATFORM // GLFW 3.4 asks for Wayland first, whose library complains where none can be
    const char* const sockets = std::getenv("XDG_RUNTIME_DIR");
    if (sockets == nullptr || sockets[0] != '/') {
        glfwInitHint(GLFW_PLATFORM, GLFW_PLATFORM_X11);
    }
#endif
    const bool has_display = glfwInit() == GLFW_TRUE;
    if (!has_display && purpose == Purpose::kUse) {
        throw DisplayError("there is no display to open a window on" + glfw_reason() +
                           ": start from a desktop session or set DISPLAY, or train in the "
                           "terminal with `grokscope train`");
    }
    if (has_display) {
        open(title, size, purpose != Purpose::kPicture);
        return;
    }
    load_graphics_driver();
    state_->size = size.width > 0 ? size : kUsualSize;
    try {
        offscreen_ = std::make_unique<Offscreen>(state_->size.width, state_->size.height);
    } catch (const std::runtime_error& error) {
        throw DisplayError(std::string("there is no display, and no picture can be drawn without "
                                       "one: ") +
                           error.what() +
                           "; install libegl1 and libgl1-mesa-dri, or start it with `xvfb-run -a`");
    }
}

void Window::open(const char* title, Size size, bool shown) {
    GlfwSession session;
    load_graphics_driver();
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE); // macOS asks for it
    glfwWindowHint(GLFW_SRGB_CAPABLE, GLFW_FALSE);         // colours are blended as sRGB values
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, size.width == 0 ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHint(GLFW_VISIBLE, shown ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "grokscope");
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "grokscope");
    Size wanted = size.width > 0 ? size : kUsualSize;
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
    set_icon(window_);
    glfwSetWindowSizeLimits(window_, 320, 200, GLFW_DONT_CARE, GLFW_DONT_CARE);
    take_callbacks();
    glfwMakeContextCurrent(window_);
    // Off under a virtual display, where waiting for a blank that never comes costs frames.
    const char* software = std::getenv("LIBGL_ALWAYS_SOFTWARE");
    glfwSwapInterval(software != nullptr && software[0] == '1' ? 0 : 1);
}

void Window::take_callbacks() {
    glfwSetWindowUserPointer(window_, state_.get());
    // ImGui's back end installs its own callbacks later and calls these first.
    using Touched = void (*)(GLFWwindow*);
    static constexpr Touched kNote = [](GLFWwindow* window) {
        static_cast<State*>(glfwGetWindowUserPointer(window))->input = true;
    };
    glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
        kNote(w);
        if (action == GLFW_RELEASE) {
            return;
        }
        State& state = *static_cast<State*>(glfwGetWindowUserPointer(w));
        const std::optional<Chord> chord = chord_of(key, scancode, mods);
        state.character_tells = !chord;
        state.repeats = action == GLFW_REPEAT;
        if (chord) {
            state.presses.push_back({*chord, state.repeats});
        }
    });
    glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned character) {
        kNote(w);
        State& state = *static_cast<State*>(glfwGetWindowUserPointer(w));
        const auto chord = chord_of_character(character);
        if (std::exchange(state.character_tells, false) && chord) {
            state.presses.push_back({*chord, state.repeats});
        }
        if (!state.presses.empty()) {
            ++state.presses.back().characters;
        }
    });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int, int, int) { kNote(w); });
    glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double, double) { kNote(w); });
    glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int) { kNote(w); });
    glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) { kNote(w); });
    glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
        kNote(w);
        std::vector<std::string>& dropped =
            static_cast<State*>(glfwGetWindowUserPointer(w))->dropped;
        dropped.insert(dropped.end(), paths, paths + count);
    });
    glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int) { kNote(w); });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { kNote(w); });
    glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { kNote(w); });
    glfwSetWindowContentScaleCallback(window_, [](GLFWwindow* w, float, float) { kNote(w); });
    glfwSetWindowIconifyCallback(window_, [](GLFWwindow* w, int) { kNote(w); });
}

Window::~Window() {
    if (window_ != nullptr) {
        glfwDestroyWindow(window_);
        glfwTerminate();
    }
}

void Window::wait_events(double seconds) {
    if (window_ == nullptr) {
        (void)bell().wait_until(std::chrono::steady_clock::now() +
                                std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                    std::chrono::duration<double>(std::clamp(seconds, 0.0, 60.0))));
        return;
    }
    if (seconds > 0) {
        glfwWaitEventsTimeout(seconds);
    } else {
        glfwPollEvents();
    }
    stay_on_screens();
}

void Window::stay_on_screens() {
    const std::size_t before = std::exchange(state_->screens, all_monitors().size());
    if (state_->screens >= before) {
        return;
    }
    state_->input = true;
    if (state_->full && !full_screen()) { // GLFW left it, to no certain place
        state_->full = false;
        put_window(window_, state_->windowed);
    } else if (const Rect now = place_of(window_); place_on_screens(now, all_screens()) != now) {
        put_window(window_, now);
    }
}

void Window::wake() {
    bell().ring();
    glfwPostEmptyEvent();
}

void Window::swap() {
    if (window_ != nullptr) {
        glfwSwapBuffers(window_);
    }
}

bool Window::should_close() const {
    return window_ == nullptr ? state_->closed : glfwWindowShouldClose(window_) != 0 || destroyed();
}

void Window::watch_display(std::function<void()> lost) {
    if (window_ != nullptr) {
        display_.start(window_, std::move(lost));
    }
}

bool Window::destroyed() const {
    return window_ != nullptr && display_.window_destroyed();
}

void Window::close() {
    state_->closed = true;
    if (window_ != nullptr) {
        glfwSetWindowShouldClose(window_, GLFW_TRUE);
    }
}

bool Window::take_input() {
    return std::exchange(state_->input, false);
}

std::vector<KeyPress> Window::take_key_presses() {
    return std::exchange(state_->presses, {});
}

std::vector<std::string> Window::take_dropped_files() {
    return std::exchange(state_->dropped, {});
}

bool Window::focused() const {
    return window_ != nullptr && glfwGetWindowAttrib(window_, GLFW_FOCUSED) != 0;
}

bool Window::visible() const {
    if (window_ == nullptr) {
        return true; // a picture is drawn as if somebody looked
    }
    const Size size = framebuffer_size();
    return glfwGetWindowAttrib(window_, GLFW_ICONIFIED) == 0 &&
           glfwGetWindowAttrib(window_, GLFW_VISIBLE) != 0 && size.width > 0 && size.height > 0;
}

Size Window::framebuffer_size() const {
    if (window_ == nullptr) {
        return state_->size;
    }
    Size size;
    glfwGetFramebufferSize(window_, &size.width, &size.height);
    return size;
}

float Window::content_scale() const {
    float x = 1;
    float y = 1;
    if (window_ != nullptr) {
        glfwGetWindowContentScale(window_, &x, &y);
    }
    return std::max({x, y, 0.5F});
}

bool Window::full_screen() const {
    return window_ != nullptr && glfwGetWindowMonitor(window_) != nullptr;
}

void Window::set_full_screen(bool on) {
    if (window_ == nullptr || on == full_screen()) {
        return;
    }
    state_->full = on;
    if (!on) {
        put_window(window_, state_->windowed);
        return;
    }
    state_->windowed = place_of(window_);
    GLFWmonitor* const monitor = monitor_of(state_->windowed);
    const GLFWvidmode* const mode = monitor == nullptr ? nullptr : glfwGetVideoMode(monitor);
    if (mode != nullptr) {
        glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    }
}

} // namespace grokscope::ui
