#include "ui/window/imgui_layer.h"

#include "ui/kit/picture_kit.h"
#include "ui/window/whole_chords.h"

#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h> // where the focus stands, input that waits
#include <implot.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace grokscope::ui {

ImguiLayer::ImguiLayer(Window& window) : window_(&window), has_input_(window.handle() != nullptr) {
    make_contexts();
    if ((has_input_ && !ImGui_ImplGlfw_InitForOpenGL(window.handle(), true)) ||
        !ImGui_ImplOpenGL3_Init("#version 330 core")) {
        ImPlot::DestroyContext(implot_);
        ImGui::DestroyContext(imgui_);
        throw DisplayError("the user interface could not be set up on this OpenGL: update the "
                           "graphics driver, or train in the terminal with `grokscope train`");
    }
}

ImguiLayer::ImguiLayer() {
    ImGuiContext* imgui_before = ImGui::GetCurrentContext();
    ImPlotContext* implot_before = ImPlot::GetCurrentContext();
    make_contexts();
    const bool ready = ImGui_ImplOpenGL3_Init("#version 330 core");
    ImGui::SetCurrentContext(imgui_before);
    ImPlot::SetCurrentContext(implot_before);
    if (!ready) {
        ImPlot::DestroyContext(implot_);
        ImGui::DestroyContext(imgui_);
        throw DisplayError("pictures cannot be drawn on this OpenGL: update the graphics driver");
    }
}

void ImguiLayer::make_contexts() {
    IMGUI_CHECKVERSION();
    imgui_ = ImGui::CreateContext();
    implot_ = ImPlot::CreateContext();
    make_current();
    fonts_ = std::make_unique<FontAtlas>();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr; // the view state is ours
    io.LogFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    io.MouseDoubleClickTime = 0.5F; // seconds; slow frames must not make it impossible
    io.MouseDragThreshold = 4.0F;   // ui.md 6.2: a click may wander up to 4 px

    ImPlotInputMap& map = ImPlot::GetInputMap();
    map.Pan = ImGuiMouseButton_Left;
    map.Select = ImGuiMouseButton_Right;
    map.Fit = 4; // moved away: a double click fits to all data, which only we know
    map.Menu = 4;
}

void ImguiLayer::make_current() {
    ImGui::SetCurrentContext(imgui_);
    ImPlot::SetCurrentContext(implot_);
}

ImguiLayer::~ImguiLayer() {
    make_current();
    ImGui_ImplOpenGL3_Shutdown();
    if (has_input_) {
        ImGui_ImplGlfw_Shutdown();
    }
    ImPlot::DestroyContext(implot_);
    ImGui::DestroyContext(imgui_);
}

void ImguiLayer::set_theme(ThemeKind kind, float scale, bool presenting) {
    const float wanted = std::clamp(scale, 0.5F, 4.0F);
    const bool rescale = theme_.text == nullptr || has_new_characters() ||
                         std::abs(wanted - theme_.scale) > 1e-3F || presenting != theme_.presenting;
    if (!rescale && kind == theme_.kind && !moved_) {
        return;
    }
    moved_.reset();
    theme_.kind = kind;
    theme_.palette = &palette_of(kind);
    if (rescale) {
        theme_.scale = wanted;
        theme_.presenting = presenting;
        fonts_->build(theme_);
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        ImGui_ImplOpenGL3_CreateFontsTexture();
        ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
        const auto name = reinterpret_cast<std::uintptr_t>(atlas.TexID);
        atlas.SetTexID(texture_id(static_cast<std::uint32_t>(name), ++atlases_));
    }
    apply_style(theme_);
}

void ImguiLayer::set_ground(const Color& ground) {
    moved_ = on_ground(palette_of(theme_.kind), ground);
    theme_.palette = &*moved_;
    apply_style(theme_);
}

bool ImguiLayer::has_new_characters() const {
    return fonts_->has_new_characters();
}

bool input_waits() {
    return !ImGui::GetCurrentContext()->InputEventsQueue.empty();
}

bool mouse_is_held() {
    const auto& waiting = ImGui::GetCurrentContext()->InputEventsQueue;
    return ImGui::IsAnyMouseDown() ||
           std::any_of(waiting.begin(), waiting.end(), [](const ImGuiInputEvent& event) {
               return event.Type == ImGuiInputEventType_MouseButton;
           });
}

bool focus_ring_shown() {
    const ImGuiContext& imgui = *ImGui::GetCurrentContext();
    return imgui.NavId != 0 && imgui.NavIdIsAlive && imgui.IO.NavVisible;
}

void ImguiLayer::begin_picture(int width, int height) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    io.DeltaTime = 1.0F / 60;
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
}

void ImguiLayer::begin_frame(Pointer pointer) {
    if (!has_input_) {
        const Size size = window_->framebuffer_size();
        begin_picture(size.width, size.height);
        return;
    }
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    if (pointer == Pointer::kAbsent) {
        constexpr float kNowhere = -std::numeric_limits<float>::max(); // ImGui's "no mouse"
        ImGui::GetIO().AddMousePosEvent(kNowhere, kNowhere);
    }
    const WholeChords chords;
    ImGui::NewFrame();
}

void ImguiLayer::end_frame() {
    end_description();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void ImguiLayer::end_description() {
    ImGui::Render();
}

void ImguiLayer::draw_part(const Rect& part) {
    ImDrawData& data = *ImGui::GetDrawData();
    std::vector<ImVec4> whole; // the back end clips by the commands, and leaves out empty ones
    for (ImDrawList* const list : data.CmdLists) {
        for (ImDrawCmd& command : list->CmdBuffer) {
            ImVec4& clip = command.ClipRect;
            whole.push_back(clip);
            clip = {std::max(clip.x, part.x), std::max(clip.y, part.y),
                    std::min(clip.z, part.right()), std::min(clip.w, part.bottom())};
        }
    }
    ImGui_ImplOpenGL3_RenderDrawData(&data);
    auto next = whole.cbegin();
    for (ImDrawList* const list : data.CmdLists) {
        for (ImDrawCmd& command : list->CmdBuffer) {
            command.ClipRect = *next++;
        }
    }
}

} // namespace grokscope::ui
