// Draws to an image of a hidden window, with the OpenGL of the display that the environment names.
#include "tests/fuzz/surface.h"

#include "tests/ui/pictures/gl_context.h"
#include "ui/gl/framebuffer.h"

#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace grokscope::fuzz {

namespace {

/// The context lasts as long as the process: what the panels keep of it may go later than a
/// Surface.
ui::testing::GlContext& context() {
    static std::string reason;
    static const std::unique_ptr<ui::testing::GlContext> made =
        ui::testing::GlContext::make(reason);
    if (made == nullptr) {
        throw std::runtime_error(reason);
    }
    return *made;
}

std::optional<ui::gl::Framebuffer>& target() {
    static std::optional<ui::gl::Framebuffer> image;
    return image;
}

} // namespace

Surface::Surface() {
    (void)context();
}

Surface::~Surface() {
    target().reset();
}

void Surface::attach() {
    ImGui_ImplOpenGL3_Init("#version 330 core");
}

void Surface::detach() {
    ImGui_ImplOpenGL3_Shutdown();
}

void Surface::begin_frame() {
    ImGui_ImplOpenGL3_NewFrame();
}

void Surface::end_frame() {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const ui::gl::Size pixels{static_cast<int>(size.x), static_cast<int>(size.y)};
    if (!target() || target()->size() != pixels) {
        target().emplace(pixels);
    }
    const ui::gl::DrawInto scope(*target());
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    context().debug().require_none();
}

} // namespace grokscope::fuzz
