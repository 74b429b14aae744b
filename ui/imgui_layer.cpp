#include "ui/imgui_layer.h"

#include <embedded/fonts.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h> // where the focus stands, input that waits
#include <implot.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

namespace {

std::string_view font_file(std::string_view part_of_name) {
    for (const embedded::File& file : embedded::fonts()) {
        if (file.name.find(part_of_name) != std::string_view::npos) {
            return file.content;
        }
    }
    throw std::logic_error("no embedded font is named like " + std::string(part_of_name));
}

/// Everything that ui/text.h may use beyond Latin-1.
ImVector<ImWchar> glyph_ranges() {
    ImFontGlyphRangesBuilder builder;
    builder.AddRanges(ImGui::GetIO().Fonts->GetGlyphRangesDefault());
    builder.AddText("\xE2\x80\x93\xE2\x80\x94\xE2\x80\xA6\xE2\x80\xA2" // - -- ... bullet
                    "\xE2\x80\x9C\xE2\x80\x9D\xE2\x80\x98\xE2\x80\x99" // quotation marks
                    "\xE2\x86\x90\xE2\x86\x91\xE2\x86\x92\xE2\x86\x93" // arrows
                    "\xE2\x81\xB0\xE2\x81\xB4\xE2\x81\xB5\xE2\x81\xB6\xE2\x81\xB7" // raised digits
                    "\xE2\x81\xB8\xE2\x81\xB9\xE2\x81\xBB"
                    "\xE2\x88\x92\xE2\x89\xA4\xE2\x89\xA5\xC3\x97\xCE\xBB\xCF\x81"); // - <= >= x
    ImVector<ImWchar> ranges;
    builder.BuildRanges(&ranges);
    return ranges;
}

} // namespace

ImguiLayer::ImguiLayer(Window& window) : has_window_(true) {
    make_contexts();
    if (!ImGui_ImplGlfw_InitForOpenGL(window.handle(), true) ||
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
    if (has_window_) {
        ImGui_ImplGlfw_Shutdown();
    }
    ImPlot::DestroyContext(implot_);
    ImGui::DestroyContext(imgui_);
}

void ImguiLayer::set_theme(ThemeKind kind, float scale, bool presenting) {
    const float wanted = std::clamp(scale, 0.5F, 4.0F);
    const bool rescale = theme_.text == nullptr || std::abs(wanted - theme_.scale) > 1e-3F ||
                         presenting != theme_.presenting;
    if (!rescale && kind == theme_.kind && !moved_) {
        return;
    }
    moved_.reset();
    theme_.kind = kind;
    theme_.palette = &palette_of(kind);
    if (rescale) {
        theme_.scale = wanted;
        theme_.presenting = presenting;
        build_fonts();
    }
    apply_style(theme_);
}

void ImguiLayer::set_ground(const Color& ground) {
    moved_ = on_ground(palette_of(theme_.kind), ground);
    theme_.palette = &*moved_;
    apply_style(theme_);
}

void ImguiLayer::build_fonts() {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    atlas.Flags |= ImFontAtlasFlags_NoMouseCursors;
    const ImVector<ImWchar> ranges = glyph_ranges();
    // "100 %", "-": the largest type needs no more, and every glyph of it is a large picture.
    static constexpr std::array<ImWchar, 9> kFigures{' ', ' ',    '%',    '%', ',',
                                                     '9', 0x2013, 0x2013, 0};
    // The raised minus, which the font of the figures lacks.
    static constexpr std::array<ImWchar, 3> kRaisedMinus{0x207B, 0x207B, 0};
    const auto add = [&](std::string_view file, float size, const ImWchar* glyphs,
                         bool into_last = false) {
        ImFontConfig config;
        config.MergeMode = into_last;
        config.FontDataOwnedByAtlas = false; // the bytes are constants of the program
        config.OversampleH = 2;
        config.OversampleV = 1;
        // ImGui takes a pointer to non-const, and only reads it.
        return atlas.AddFontFromMemoryTTF(const_cast<char*>(file.data()),
                                          static_cast<int>(file.size()),
                                          std::round(theme_.px(size)), &config, glyphs);
    };
    const std::string_view regular = font_file("Inter-Regular");
    const std::string_view bold = font_file("Inter-SemiBold");
    const std::string_view mono = font_file("JetBrainsMono");
    const float least = theme_.presenting ? 14 : 13;
    theme_.text = add(regular, 15, ranges.Data);
    theme_.small = add(regular, least, ranges.Data);
    theme_.strong = add(bold, 15, ranges.Data);
    theme_.mono = add(mono, least, ranges.Data);
    (void)add(regular, least, kRaisedMinus.data(), true);
    theme_.figure = add(bold, theme_.presenting ? 25 : 22, ranges.Data);
    theme_.huge = theme_.presenting ? add(bold, 48, kFigures.data()) : nullptr;
    atlas.Build();
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
}

bool input_waits() {
    return !ImGui::GetCurrentContext()->InputEventsQueue.empty();
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
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    if (pointer == Pointer::kAbsent) {
        constexpr float kNowhere = -std::numeric_limits<float>::max(); // ImGui's "no mouse"
        ImGui::GetIO().AddMousePosEvent(kNowhere, kNowhere);
    }
    ImGui::NewFrame();
}

void ImguiLayer::end_frame() {
    ImGui::Render();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

} // namespace grokscope::ui
