#include "ui/gl/screen.h"

#include <glad/gl.h>

#include <algorithm>
#include <cstddef>

namespace grokscope::ui::gl {

void bind_screen(Size size) {
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    glViewport(0, 0, size.width, size.height);
}

void clear_screen(Size size, const std::array<float, 4>& color) {
    bind_screen(size);
    glDisable(GL_SCISSOR_TEST);
    glClearColor(color[0], color[1], color[2], color[3]);
    glClear(GL_COLOR_BUFFER_BIT);
}

void clear_part(Size whole, const std::array<int, 4>& rect, const std::array<float, 4>& color) {
    glEnable(GL_SCISSOR_TEST);
    glScissor(rect[0], whole.height - rect[1] - rect[3], rect[2], rect[3]);
    glClearColor(color[0], color[1], color[2], color[3]);
    glClear(GL_COLOR_BUFFER_BIT);
    glDisable(GL_SCISSOR_TEST);
}

std::uint8_t corner_alpha() {
    std::array<std::uint8_t, 4> pixel{};
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel.data());
    return pixel[3];
}

void set_corner_alpha(std::uint8_t alpha) {
    glEnable(GL_SCISSOR_TEST);
    glScissor(0, 0, 1, 1);
    glColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_TRUE);
    glClearColor(0, 0, 0, static_cast<float>(alpha) / 255);
    glClear(GL_COLOR_BUFFER_BIT);
    glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
    glDisable(GL_SCISSOR_TEST);
}

std::vector<std::uint8_t> read_screen(Size size) {
    const auto row = static_cast<std::size_t>(size.width) * 4;
    std::vector<std::uint8_t> bottom_up(row * static_cast<std::size_t>(size.height));
    glBindFramebuffer(GL_READ_FRAMEBUFFER, 0);
    glReadBuffer(GL_BACK);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, size.width, size.height, GL_RGBA, GL_UNSIGNED_BYTE, bottom_up.data());
    std::vector<std::uint8_t> picture(bottom_up.size());
    for (std::size_t y = 0; y < static_cast<std::size_t>(size.height); ++y) {
        const auto from = bottom_up.end() - static_cast<std::ptrdiff_t>((y + 1) * row);
        std::copy(from, from + static_cast<std::ptrdiff_t>(row),
                  picture.begin() + static_cast<std::ptrdiff_t>(y * row));
    }
    for (std::size_t i = 3; i < picture.size(); i += 4) {
        picture[i] = 255; // the window's own alpha means nothing
    }
    return picture;
}

} // namespace grokscope::ui::gl
