#include "tests/ui/pictures/picture_stage.h"

#include <imgui.h>
#include <imgui_impl_opengl3.h>
#include <implot.h>

namespace grokscope::ui::testing {

PictureStage::PictureStage(GlContext&, gl::Size size, ThemeKind kind, const std::string& font_file)
    : size_(size), target_(size), imgui_(ImGui::CreateContext()) {
    ImPlot::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {static_cast<float>(size.width), static_cast<float>(size.height)};
    io.DeltaTime = 1.0F / 60;
    const auto font = [&](float pixels) {
        if (!font_file.empty()) {
            return io.Fonts->AddFontFromFileTTF(font_file.c_str(), pixels);
        }
        ImFontConfig config;
        config.SizePixels = 13; // the one size at which it is sharp
        return io.Fonts->AddFontDefault(&config);
    };
    theme_.kind = kind;
    theme_.palette = &palette_of(kind);
    theme_.text = font(15);
    theme_.small = font(13);
    theme_.strong = theme_.text;
    theme_.mono = theme_.small;
    theme_.figure = font(22);
    apply_style(theme_);
    ImGui_ImplOpenGL3_Init("#version 330 core");
    view.settings.theme = kind;
    move_mouse(-100, -100);
}

PictureStage::~PictureStage() {
    ImGui_ImplOpenGL3_Shutdown();
    ImPlot::DestroyContext();
    ImGui::DestroyContext(imgui_);
}

void PictureStage::move_mouse(float x, float y) {
    ImGui::GetIO().AddMousePosEvent(x, y);
}
void PictureStage::press_mouse(bool down) {
    ImGui::GetIO().AddMouseButtonEvent(0, down);
}
void PictureStage::turn_wheel(float notches) {
    ImGui::GetIO().AddMouseWheelEvent(0, notches);
}

void PictureStage::frame(const std::function<void(const PanelInput&)>& panel) {
    facts_.seconds += 1.0 / 60;
    view.begin_frame();
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({static_cast<float>(size_.width), static_cast<float>(size_.height)});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, vec4(theme_.palette->panel));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {12, 12});
    ImGui::Begin("stage", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove);
    panel({.book = book,
           .view = view,
           .commands = commands_,
           .theme = theme_,
           .log = log_,
           .facts = facts_,
           .presets = {}});
    ImGui::End();
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
    ImGui::Render();
    const gl::DrawInto scope(target_);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

Picture PictureStage::picture(const std::function<void(const PanelInput&)>& panel) {
    for (int settling = 0; settling < 4; ++settling) {
        frame(panel);
    }
    Picture result{size_.width, size_.height, target_.read_pixels()};
    return result;
}

} // namespace grokscope::ui::testing
