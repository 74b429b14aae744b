// The window's picture, kept from frame to frame: what did not change is not drawn again. For
// software renderers; a graphics card draws everything sooner than this finds out what changed.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/gl/size.h"
#include "ui/window/frame_damage.h"

#include <cstdint>
#include <span>

struct ImDrawData;

namespace grokscope::ui {

class KeptScreen {
public:
    /// Makes the bound framebuffer, of this size, look as if `window`, the `grounds` and what ImGui
    /// described were drawn into it. False when it looked so already. After a swap OpenGL promises
    /// nothing of what a framebuffer holds: the picture bears a number in the alpha of a corner,
    /// and where that is not the last one everything is drawn. `data` is left with what was drawn.
    bool draw(gl::Size size, const Color& window, std::span<const Ground> grounds,
              ImDrawData& data);

    /// Of the last frame, in pixels.
    [[nodiscard]] std::int64_t drawn() const { return drawn_; }

private:
    FrameDamage damage_;
    Color window_;
    std::uint8_t number_ = 0; ///< of the last picture
    std::int64_t drawn_ = 0;
};

} // namespace grokscope::ui
