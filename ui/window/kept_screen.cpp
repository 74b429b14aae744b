#include "ui/window/kept_screen.h"

#include "ui/gl/screen.h"

#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

/// Below the 255 of a framebuffer without alpha, and of a picture that nobody numbered.
constexpr std::uint8_t kNumbers = 250;

void clear_box(gl::Size size, const PixelBox& box, const Color& color) {
    if (!box.empty()) {
        gl::clear_part(size, {box.left, box.top, box.right - box.left, box.bottom - box.top},
                       {color.r, color.g, color.b, 1});
    }
}

} // namespace

bool KeptScreen::draw(gl::Size size, const Color& window, std::span<const Ground> grounds,
                      ImDrawData& data) {
    const bool another = std::exchange(window_, window) != window;
    if (another || gl::corner_alpha() != number_) {
        damage_.forget();
    }
    const std::vector<PixelBox> parts = damage_.take(size.width, size.height, grounds, data);
    drawn_ = 0;
    if (parts.empty()) {
        return false;
    }
    for (const PixelBox& part : parts) {
        drawn_ += part.area();
        clear_box(size, part, window);
        for (const auto& [rect, color] : grounds) {
            clear_box(size, intersection(pixels_of(rect), part), color);
        }
    }
    keep_only(data, parts);
    ImGui_ImplOpenGL3_RenderDrawData(&data);
    number_ = static_cast<std::uint8_t>((number_ + 1) % kNumbers);
    gl::set_corner_alpha(number_);
    return true;
}

} // namespace grokscope::ui
