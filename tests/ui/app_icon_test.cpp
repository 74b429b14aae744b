#include "ui/window/app_icon.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace grokscope::ui {
namespace {

struct Pixel {
    int red = 0;
    int green = 0;
    int blue = 0;
    int alpha = 0;
};

Pixel pixel_at(const std::vector<std::uint8_t>& rgba, int size, double x, double y) {
    const auto column = static_cast<std::size_t>(x * size);
    const auto row = static_cast<std::size_t>(y * size);
    const std::size_t i = (row * static_cast<std::size_t>(size) + column) * 4;
    return {rgba[i], rgba[i + 1], rgba[i + 2], rgba[i + 3]};
}

TEST(AppIcon, IsARoundedTileWithARingAndARisingCurveAtEverySize) {
    for (const int size : {16, 48, 256}) {
        const auto rgba = draw_app_icon(size);
        ASSERT_EQ(rgba.size(), static_cast<std::size_t>(size) * size * 4) << size;
        EXPECT_EQ(pixel_at(rgba, size, 0, 0).alpha, 0) << size;
        EXPECT_EQ(pixel_at(rgba, size, 0.5, 0.08).alpha, 255) << size;
        // The token at angle 0 lies to the right, in orange; the curve ends high and begins low.
        const Pixel token = pixel_at(rgba, size, 0.5 + 0.365, 0.5);
        EXPECT_GT(token.red, token.blue + 40) << size;
        EXPECT_GT(pixel_at(rgba, size, 0.72, 0.345).blue, 140) << size;
        EXPECT_GT(pixel_at(rgba, size, 0.28, 0.655).blue, 140) << size;
        EXPECT_LT(pixel_at(rgba, size, 0.28, 0.45).blue, 60) << size;
    }
}

TEST(AppIcon, RefusesSizesThatShowNothing) {
    EXPECT_THROW((void)draw_app_icon(7), std::invalid_argument);
}

} // namespace
} // namespace grokscope::ui
