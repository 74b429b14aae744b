#include "app/screenshot.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION // the one place
#include <stb_image_write.h>

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace grokscope {

void save_png(const std::string& path, int width, int height, std::span<const std::uint8_t> rgba,
              Alpha alpha) {
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
    const std::string temporary = path + ".part";
    std::error_code failure;
    if (stbi_write_png(temporary.c_str(), width, height, channels, bytes.data(),
                       width * channels) == 0) {
        std::filesystem::remove(temporary, failure);
        throw std::runtime_error("cannot write the picture to " + path +
                                 ": check that the folder exists, may be written and has room");
    }
    std::filesystem::rename(temporary, path, failure);
    if (failure) {
        std::filesystem::remove(temporary, failure);
        throw std::runtime_error("cannot write the picture to " + path +
                                 ": check that no folder of that name is in the way");
    }
}

} // namespace grokscope
