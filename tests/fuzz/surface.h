// What a fuzzed window is drawn to: nothing, so that it is quick (no_surface.cpp), or a software
// OpenGL (gl_surface.cpp).
#pragma once

namespace grokscope::fuzz {

/// One for the life of the process; ImGui's context is current in each call.
class Surface {
public:
    /// Throws std::runtime_error where there is nothing to draw to.
    Surface();
    ~Surface();
    Surface(const Surface&) = delete; // owns what it draws to
    Surface& operator=(const Surface&) = delete;

    /// After ImGui's context was made; before it goes.
    void attach();
    void detach();
    /// Before ImGui's NewFrame(), and after its Render().
    void begin_frame();
    void end_frame();
};

} // namespace grokscope::fuzz
