// An image to draw into instead of the window.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/gl/texture.h"

#include <array>
#include <cstdint>
#include <vector>

namespace grokscope::ui::gl {

/// Framebuffer with one colour texture, 8 bits a channel, no depth. Row 0 of its texture is the
/// bottom of the picture, so ImGui shows it with v swapped. Move-only.
class Framebuffer {
public:
    Framebuffer() = default;
    /// Throws std::invalid_argument on an empty size and std::runtime_error when the driver
    /// refuses.
    explicit Framebuffer(Size size);

    [[nodiscard]] const Texture& color() const { return color_; }
    [[nodiscard]] Size size() const { return color_.size(); }
    [[nodiscard]] GLuint id() const { return handle_.id(); }
    [[nodiscard]] explicit operator bool() const { return static_cast<bool>(handle_); }

    /// Everything gets this colour: red, green, blue, alpha, 0..1, premultiplied.
    void clear(const std::array<float, 4>& color) const;
    /// RGBA bytes, top row first. Waits for the driver.
    [[nodiscard]] std::vector<std::uint8_t> read_pixels() const;
    /// The same of a part that lies within; y counts from the top.
    [[nodiscard]] std::vector<std::uint8_t> read_part(int x, int y, Size part) const;

private:
    struct Delete {
        void operator()(GLuint name) const { glDeleteFramebuffers(1, &name); }
    };
    Texture color_;
    Handle<Delete> handle_;
};

/// While it lives, drawing goes into a framebuffer, with blending of premultiplied colours, no
/// depth, scissor or culling; the earlier target, viewport and settings come back afterwards.
class DrawInto {
public:
    /// `target` outlives this.
    explicit DrawInto(const Framebuffer& target);
    ~DrawInto();
    DrawInto(const DrawInto&) = delete; // a scope, not a value
    DrawInto& operator=(const DrawInto&) = delete;

private:
    GLint draw_framebuffer_ = 0;
    GLint read_framebuffer_ = 0;
    std::array<GLint, 4> viewport_{};
    bool scissor_ = false;
    bool blend_ = false;
};

/// A vertex array without attributes: the shaders fetch what they draw from textures.
class EmptyVertexArray {
public:
    EmptyVertexArray();
    /// glDrawArraysInstanced with it bound.
    void draw(GLenum primitives, int vertices, int instances = 1) const;

private:
    struct Delete {
        void operator()(GLuint name) const { glDeleteVertexArrays(1, &name); }
    };
    Handle<Delete> handle_;
};

} // namespace grokscope::ui::gl
