// The operating system's window and its OpenGL context. The only code that knows GLFW. For a
// picture that a command takes there may be no display: then it is a framebuffer that nobody sees,
// and nobody's input comes.
// Threads: main thread only, as window systems want it; wake() from any thread.
#pragma once

#include "ui/core/shortcuts.h"
#include "ui/window/display_watch.h"
#include "ui/window/offscreen.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct GLFWwindow;

namespace grokscope::ui {

/// No display, no OpenGL 3.3, or no shaders: what() is one sentence for the terminal.
class DisplayError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct Size {
    int width = 0;
    int height = 0;
    friend bool operator==(const Size&, const Size&) = default;
};

class Window {
public:
    /// What it is opened for.
    enum class Purpose : std::uint8_t {
        kUse,
        kScreenshot, ///< shown where there is a display
        kPicture     ///< never shown
    };

    /// Opens a window with an OpenGL 3.3 core context, not sRGB, vertical sync on unless the
    /// context is drawn in software. `size` in screen coordinates; 0 chooses one that fits the
    /// monitor. Throws DisplayError.
    Window(const char* title, Size size, Purpose purpose = Purpose::kUse);
    ~Window();
    Window(const Window&) = delete; // GLFW holds its address
    Window& operator=(const Window&) = delete;

    /// Sleeps until input or wake(), at most `seconds` (0 only looks).
    void wait_events(double seconds);
    /// Ends wait_events() early. Any thread.
    static void wake();
    void swap();

    /// Closed by the user, or destroyed() by somebody else.
    [[nodiscard]] bool should_close() const;
    void close();
    /// Calls `lost` on the main thread when the connection to the display breaks: within whatever
    /// call met that, after which the program ends.
    void watch_display(std::function<void()> lost);
    /// Another program has destroyed the window; there is nothing left to draw on.
    [[nodiscard]] bool destroyed() const;

    /// Whether the user did something since the last call.
    [[nodiscard]] bool take_input();
    /// Keys that went down since the last call, in order. Those that no shortcut could use are left
    /// out. Not read from ImGui, which may see a quick chord's modifiers end with its key's press.
    [[nodiscard]] std::vector<KeyPress> take_key_presses();
    /// Files that were dropped on the window since the last call.
    [[nodiscard]] std::vector<std::string> take_dropped_files();
    [[nodiscard]] bool focused() const;
    /// Not iconified and not of size 0.
    [[nodiscard]] bool visible() const;
    /// Pixels of the framebuffer.
    [[nodiscard]] Size framebuffer_size() const;
    /// Monitor's content scale, 1 at 96 dpi.
    [[nodiscard]] float content_scale() const;
    [[nodiscard]] bool full_screen() const;
    void set_full_screen(bool on);

    /// For ImGui's back end; null without a display.
    [[nodiscard]] GLFWwindow* handle() const { return window_; }

private:
    struct State;

    void open(const char* title, Size size, bool shown);
    void take_callbacks();
    /// One may have been unplugged with the window on it.
    void stay_on_screens();

    std::unique_ptr<State> state_;
    GLFWwindow* window_ = nullptr; ///< null where there is no display
    DisplayWatch display_;
    std::unique_ptr<Offscreen> offscreen_; ///< where there is none
};

} // namespace grokscope::ui
