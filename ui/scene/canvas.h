// A picture painted as bytes, kept as a texture.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/gl/texture.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace grokscope::ui {

/// Painted anew only when what it shows or its size changes. One texel per pixel of the screen, so
/// that its nearest filter shows it as painted. Move-only.
class Canvas {
public:
    /// The texture for `content`, a number that differs whenever the picture does, with both sides
    /// positive. `paint` gives RGBA bytes, top row first; called only when needed.
    [[nodiscard]] const gl::Texture& show(std::uint64_t content, gl::Size size,
                                          const std::function<std::vector<std::uint8_t>()>& paint);

private:
    gl::Texture texture_;
    std::uint64_t content_ = 0;
};

} // namespace grokscope::ui
