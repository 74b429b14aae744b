// A two-dimensional texture.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/gl/handle.h"
#include "ui/gl/size.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace grokscope::ui::gl {

enum class TextureFormat : std::uint8_t {
    kRgba8, ///< 4 bytes a pixel, colours
    kR32F   ///< one float a pixel, data
};
enum class Filter : std::uint8_t { kNearest, kLinear };

/// Goes up with each change of a picture, and when another one takes its place.
class PictureVersion {
public:
    PictureVersion() = default;
    PictureVersion(PictureVersion&&) = default;
    PictureVersion& operator=(PictureVersion&& other) noexcept {
        value_ = std::max(value_, other.value_) + 1;
        return *this;
    }
    ~PictureVersion() = default;

    void raise() { ++value_; }
    [[nodiscard]] std::uint32_t value() const { return value_; }

private:
    std::uint32_t value_ = 0;
};

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

    /// Another picture is drawn into it (framebuffer.h).
    void note_change() const { version_.raise(); }

    /// Makes it the texture of `unit` (0, 1, ...).
    void bind(int unit) const;

    [[nodiscard]] GLuint id() const { return handle_.id(); }
    [[nodiscard]] Size size() const { return size_; }
    /// Another one whenever its content may be another.
    [[nodiscard]] std::uint32_t version() const { return version_.value(); }
    [[nodiscard]] explicit operator bool() const { return static_cast<bool>(handle_); }

private:
    struct Delete {
        void operator()(GLuint name) const { glDeleteTextures(1, &name); }
    };
    Handle<Delete> handle_;
    TextureFormat format_ = TextureFormat::kRgba8;
    Size size_;
    mutable PictureVersion version_; // of what the driver holds, which a const Texture may change
};

} // namespace grokscope::ui::gl
