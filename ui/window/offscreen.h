// OpenGL without a display, for pictures that a command takes: EGL on Mesa's surfaceless platform,
// which draws on a graphics card without a screen as well as in software.
// Threads: the one that makes it.
#pragma once

#include <memory>

namespace grokscope::ui {

/// An OpenGL 3.3 core context that is current, with a framebuffer of one size that nobody sees.
class Offscreen {
public:
    /// libEGL is opened now, so that a program that shows a window does without. Throws
    /// std::runtime_error, a clause that says what is missing.
    Offscreen(int width, int height);
    ~Offscreen();
    Offscreen(const Offscreen&) = delete; // the context is current
    Offscreen& operator=(const Offscreen&) = delete;

private:
    struct Egl;
    std::unique_ptr<Egl> egl_;
};

} // namespace grokscope::ui
