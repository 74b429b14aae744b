// Pictures as pixels, and how far two of them are apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui::testing {

/// RGBA, 8 bits a channel, top row first.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;
};

[[nodiscard]] std::optional<Picture> load_png(const std::string& path);
/// Written through a temporary name. Throws std::runtime_error when the file cannot be written.
void save_png(const std::string& path, const Picture& picture);

struct Difference {
    double mean_absolute = 0; ///< per channel, 0..255
    double far_share = 0;     ///< share of pixels with a channel off by more than 24
};
/// Of the colour channels. Both must have the same size.
[[nodiscard]] Difference difference(const Picture& one, const Picture& other);

/// Where the two differ, amplified; for looking at.
[[nodiscard]] Picture difference_picture(const Picture& one, const Picture& other);

} // namespace grokscope::ui::testing
