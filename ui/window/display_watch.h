// Notices that an X display is gone, or that somebody has destroyed our window: without this, X's
// library ends the program on the spot.
// Threads: main thread only. Elsewhere than on X it does nothing: Wayland asks the window to close.
#pragma once

#include <functional>

struct GLFWwindow;

namespace grokscope::ui {

/// One at a time: the library has one set of handlers, and they get no data of ours.
class DisplayWatch {
public:
    DisplayWatch() = default;
    /// The library's own handling is back.
    ~DisplayWatch();
    DisplayWatch(const DisplayWatch&) = delete;
    DisplayWatch& operator=(const DisplayWatch&) = delete;

    /// From now on watches `window`, and calls `lost` when the connection breaks, within the call
    /// that met it; the library ends the program when `lost` returns. Once.
    void start(GLFWwindow* window, std::function<void()> lost);
    [[nodiscard]] bool window_destroyed() const;
};

} // namespace grokscope::ui
