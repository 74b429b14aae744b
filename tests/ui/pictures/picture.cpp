#include "tests/ui/pictures/picture.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-function"
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#include <stb_image.h>
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace grokscope::ui::testing {

std::optional<Picture> load_png(const std::string& path) {
    Picture picture;
    int channels = 0;
    const std::unique_ptr<stbi_uc, void (*)(void*)> data(
        stbi_load(path.c_str(), &picture.width, &picture.height, &channels, 4), &stbi_image_free);
    if (data == nullptr) {
        return std::nullopt;
    }
    picture.pixels.assign(data.get(), data.get() + 4 * picture.width * picture.height);
    return picture;
}

void save_png(const std::string& path, const Picture& picture) {
    const std::string temporary = path + ".new";
    // Three channels: the pictures are opaque, and smaller so.
    std::vector<std::uint8_t> colors;
    for (std::size_t i = 0; i < picture.pixels.size(); i += 4) {
        colors.insert(colors.end(),
                      {picture.pixels[i], picture.pixels[i + 1], picture.pixels[i + 2]});
    }
    if (stbi_write_png(temporary.c_str(), picture.width, picture.height, 3, colors.data(),
                       3 * picture.width) == 0) {
        throw std::runtime_error("cannot write " + path);
    }
    std::filesystem::rename(temporary, path);
}

Difference difference(const Picture& one, const Picture& other) {
    double sum = 0;
    std::size_t far = 0;
    const std::size_t count = one.pixels.size() / 4;
    for (std::size_t i = 0; i < count; ++i) {
        int worst = 0;
        for (std::size_t channel = 0; channel < 3; ++channel) {
            const int gap = std::abs(static_cast<int>(one.pixels[4 * i + channel]) -
                                     static_cast<int>(other.pixels[4 * i + channel]));
            sum += gap;
            worst = std::max(worst, gap);
        }
        far += worst > 24 ? 1 : 0;
    }
    return {sum / (3.0 * static_cast<double>(count)),
            static_cast<double>(far) / static_cast<double>(count)};
}

Picture difference_picture(const Picture& one, const Picture& other) {
    Picture result = one;
    for (std::size_t i = 0; i < one.pixels.size(); ++i) {
        const int gap =
            std::abs(static_cast<int>(one.pixels[i]) - static_cast<int>(other.pixels[i]));
        result.pixels[i] = static_cast<std::uint8_t>(i % 4 == 3 ? 255 : std::min(255, 8 * gap));
    }
    return result;
}

} // namespace grokscope::ui::testing
