#include "ui/gl/framebuffer.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace grokscope::ui::gl {

Framebuffer::Framebuffer(Size size) : color_(TextureFormat::kRgba8, size, Filter::kNearest) {
    GLuint name = 0;
    glGenFramebuffers(1, &name);
    handle_ = Handle<Delete>(name);
    GLint before = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &before);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, name);
    glFramebufferTexture2D(GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, color_.id(),
                           0);
    const GLenum status = glCheckFramebufferStatus(GL_DRAW_FRAMEBUFFER);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(before));
    if (status != GL_FRAMEBUFFER_COMPLETE) {
        throw std::runtime_error("the driver refuses an image of " + std::to_string(size.width) +
                                 " x " + std::to_string(size.height) + " pixels to draw into");
    }
}

void Framebuffer::clear(const std::array<float, 4>& color) const {
    const DrawInto scope(*this);
    glClearBufferfv(GL_COLOR, 0, color.data());
}

std::vector<std::uint8_t> Framebuffer::read_pixels() const {
    return read_part(0, 0, size());
}

std::vector<std::uint8_t> Framebuffer::read_part(int x, int y, Size part) const {
    const std::size_t stride = 4 * static_cast<std::size_t>(part.width);
    std::vector<std::uint8_t> pixels(stride * static_cast<std::size_t>(part.height));
    GLint before = 0;
    glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &before);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, id());
    glPixelStorei(GL_PACK_ALIGNMENT, 4);
    glPixelStorei(GL_PACK_ROW_LENGTH, 0);
    glReadPixels(x, size().height - y - part.height, part.width, part.height, GL_RGBA,
                 GL_UNSIGNED_BYTE, pixels.data());
    glBindFramebuffer(GL_READ_FRAMEBUFFER, static_cast<GLuint>(before));
    for (int top = 0, bottom = part.height - 1; top < bottom; ++top, --bottom) {
        std::swap_ranges(pixels.begin() + static_cast<std::ptrdiff_t>(stride * top),
                         pixels.begin() + static_cast<std::ptrdiff_t>(stride * (top + 1)),
                         pixels.begin() + static_cast<std::ptrdiff_t>(stride * bottom));
    }
    return pixels;
}

DrawInto::DrawInto(const Framebuffer& target)
    : scissor_(glIsEnabled(GL_SCISSOR_TEST) == GL_TRUE), blend_(glIsEnabled(GL_BLEND) == GL_TRUE) {
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &draw_framebuffer_);
    glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &read_framebuffer_);
    glGetIntegerv(GL_VIEWPORT, viewport_.data());
    target.color().note_change();
    glBindFramebuffer(GL_FRAMEBUFFER, target.id());
    glViewport(0, 0, target.size().width, target.size().height);
    glDisable(GL_SCISSOR_TEST);
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_CULL_FACE);
    glEnable(GL_BLEND);
    glBlendEquation(GL_FUNC_ADD);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
}

DrawInto::~DrawInto() {
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(draw_framebuffer_));
    glBindFramebuffer(GL_READ_FRAMEBUFFER, static_cast<GLuint>(read_framebuffer_));
    glViewport(viewport_[0], viewport_[1], viewport_[2], viewport_[3]);
    (scissor_ ? glEnable : glDisable)(GL_SCISSOR_TEST);
    (blend_ ? glEnable : glDisable)(GL_BLEND);
}

EmptyVertexArray::EmptyVertexArray() {
    GLuint name = 0;
    glGenVertexArrays(1, &name);
    handle_ = Handle<Delete>(name);
}

void EmptyVertexArray::draw(GLenum primitives, int vertices, int instances) const {
    glBindVertexArray(handle_.id());
    glDrawArraysInstanced(primitives, 0, vertices, instances);
    glBindVertexArray(0);
}

} // namespace grokscope::ui::gl
