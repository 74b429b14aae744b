#include "ui/scene/canvas.h"

namespace grokscope::ui {

const gl::Texture& Canvas::show(std::uint64_t content, gl::Size size,
                                const std::function<std::vector<std::uint8_t>()>& paint) {
    const bool resized = !texture_ || texture_.size() != size;
    if (!resized && content == content_) {
        return texture_;
    }
    if (resized) {
        texture_ = gl::Texture(gl::TextureFormat::kRgba8, size, gl::Filter::kNearest);
    }
    texture_.write(paint());
    content_ = content;
    return texture_;
}

} // namespace grokscope::ui
