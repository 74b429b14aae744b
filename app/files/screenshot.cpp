#include "app/files/screenshot.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION // the one place
#include <stb_image_write.h>

#include <cstddef>
#include <stdexcept>
#include <vector>

namespace grokscope {

std::string png_of(int width, int height, std::span<const std::uint8_t> rgba, Alpha alpha) {
    const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    if (width < 1 || height < 1 || rgba.size() != pixels * 4) {
        throw std::invalid_argument("a picture of " + std::to_string(width) + " x " +
                                    std::to_string(height) + " pixels needs " +
                                    std::to_string(pixels * 4) + " bytes, got " +
                                    std::to_string(rgba.size()));
    }
    const int channels = alpha == Alpha::kKept ? 4 : 3;
    std::vector<std::uint8_t> bytes;
    bytes.reserve(pixels * static_cast<std::size_t>(channels));
    for (std::size_t i = 0; i < pixels; ++i) {
        const auto pixel = rgba.subspan(i * 4, static_cast<std::size_t>(channels));
        bytes.insert(bytes.end(), pixel.begin(), pixel.end());
    }
    std::string content;
    const auto append = [](void* to, void* part, int count) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(part),
                                              static_cast<std::size_t>(count));
    };
    if (stbi_write_png_to_func(append, &content, width, height, channels, bytes.data(),
                               width * channels) == 0) {
        throw std::runtime_error("a picture of " + std::to_string(width) + " x " +
                                 std::to_string(height) + " pixels is too large to encode");
    }
    return content;
}

} // namespace grokscope
