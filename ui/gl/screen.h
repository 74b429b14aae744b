// The window's own framebuffer: clear it, read it.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/gl/size.h"

#include <array>
#include <cstdint>
#include <vector>

namespace grokscope::ui::gl {

/// Binds the window's framebuffer and gives all of it this colour: red, green, blue, alpha, 0..1.
void clear_screen(Size size, const std::array<float, 4>& color);

/// Gives a rectangle of what is drawn into (x, y from the top left, width, height) this colour.
/// `whole`: the size of what is drawn into. Clearing costs a software renderer far less than
/// drawing.
void clear_part(Size whole, const std::array<int, 4>& rect, const std::array<float, 4>& color);

/// Binds the window's framebuffer.
void bind_screen(Size size);

/// The alpha of the pixel in the lower left corner of what is bound, 0..255. Waits for the driver.
[[nodiscard]] std::uint8_t corner_alpha();
/// Gives it another alpha; the colour stays. Without an alpha channel it stays 255.
void set_corner_alpha(std::uint8_t alpha);

/// What was drawn since the last swap: RGBA bytes, top row first, alpha 255. Waits for the driver.
[[nodiscard]] std::vector<std::uint8_t> read_screen(Size size);

} // namespace grokscope::ui::gl
