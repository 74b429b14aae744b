// A two-dimensional texture.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/gl/handle.h"
#include "ui/gl/size.h"

#include <cstdint>
#include <span>

namespace grokscope::ui::gl {

enum class TextureFormat : std::uint8_t {
    kRgba8, ///< 4 bytes a pixel, colours
    kR32F   ///< one float a pixel, data
};
enum class Filter : std::uint8_t { kNearest, kLinear };

/// One level, clamped to its edge. Move-only.
class Texture {
public:
    Texture() = default;
    /// Allocates; contents are zero. Throws std::invalid_argument unless both sides are positive.
    Texture(TextureFormat format, Size size, Filter filter);

    /// Replaces rows [first_row, first_row + rows): `values` holds rows * width floats, kR32F only.
    void write_rows(int first_row, int rows, std::span<const float> values);
    /// Replaces everything: 4 bytes a pixel, kRgba8 only.
    void write(std::span<const std::uint8_t> pixels);

    /// Makes it the texture of `unit` (0, 1, ...).
    void bind(int unit) const;

    [[nodiscard]] GLuint id() const { return handle_.id(); }
    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] explicit operator bool() const { return static_cast<bool>(handle_); }

private:
    struct Delete {
        void operator()(GLuint name) const { glDeleteTextures(1, &name); }
    };
    Handle<Delete> handle_;
    TextureFormat format_ = TextureFormat::kRgba8;
    Size size_;
};

} // namespace grokscope::ui::gl
