#include "ui/gl/texture.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope::ui::gl {
namespace {

GLuint new_name() {
    GLuint name = 0;
    glGenTextures(1, &name);
    return name;
}

} // namespace

Texture::Texture(TextureFormat format, Size size, Filter filter) : format_(format), size_(size) {
    if (size.width <= 0 || size.height <= 0) {
        throw std::invalid_argument("a texture needs positive sides, got " +
                                    std::to_string(size.width) + " x " +
                                    std::to_string(size.height));
    }
    handle_ = Handle<Delete>(new_name());
    bind(0);
    const GLint filter_name = filter == Filter::kLinear ? GL_LINEAR : GL_NEAREST;
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter_name);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter_name);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    const std::vector<std::uint8_t> zeros(4 * static_cast<std::size_t>(size.width) * size.height);
    if (format == TextureFormat::kR32F) {
        glTexImage2D(GL_TEXTURE_2D, 0, GL_R32F, size.width, size.height, 0, GL_RED, GL_FLOAT,
                     zeros.data());
    } else {
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, size.width, size.height, 0, GL_RGBA,
                     GL_UNSIGNED_BYTE, zeros.data());
    }
}

void Texture::write_rows(int first_row, int rows, std::span<const float> values) {
    const auto needed = static_cast<std::size_t>(size_.width) * static_cast<std::size_t>(rows);
    if (format_ != TextureFormat::kR32F || first_row < 0 || rows < 0 ||
        first_row + rows > size_.height || values.size() != needed) {
        throw std::invalid_argument(
            "rows " + std::to_string(first_row) + " to " + std::to_string(first_row + rows) +
            " with " + std::to_string(values.size()) + " values do not fit the data texture of " +
            std::to_string(size_.width) + " x " + std::to_string(size_.height));
    }
    bind(0);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, first_row, size_.width, rows, GL_RED, GL_FLOAT,
                    values.data());
    note_change();
}

void Texture::write(std::span<const std::uint8_t> pixels) {
    if (format_ != TextureFormat::kRgba8 ||
        pixels.size() != 4 * static_cast<std::size_t>(size_.width) * size_.height) {
        throw std::invalid_argument("a colour texture of " + std::to_string(size_.width) + " x " +
                                    std::to_string(size_.height) + " cannot take " +
                                    std::to_string(pixels.size()) + " bytes");
    }
    bind(0);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, size_.width, size_.height, GL_RGBA, GL_UNSIGNED_BYTE,
                    pixels.data());
    note_change();
}

void Texture::bind(int unit) const {
    glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
    glBindTexture(GL_TEXTURE_2D, handle_.id());
}

} // namespace grokscope::ui::gl
