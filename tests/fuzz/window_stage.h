// The window without a window: run book, view and all panels, frame by frame, with a mouse.
#pragma once

#include "tests/fuzz/surface.h"
#include "ui/views/circle/circle_panel.h"
#include "ui/views/inside/inside_panel.h"
#include "ui/views/theory/theory_controller.h"
#include "ui/views/wavetable/wavetable_panel.h"
#include "ui/window/main_view.h"

#include <cstdlib>
#include <functional>
#include <string_view>
#include <vector>

struct ImGuiContext;
struct ImPlotContext;

namespace grokscope::fuzz {

class WindowStage {
public:
    /// `surface` outlives this.
    explicit WindowStage(Surface& surface);
    ~WindowStage();
    WindowStage(const WindowStage&) = delete; // ImGui's contexts are found by address
    WindowStage& operator=(const WindowStage&) = delete;

    /// Takes in what lies in `channels` and draws one frame. Aborts when ImGui or ImPlot is left
    /// with something open.
    void frame(float width, float height);
    /// Dark at first.
    void use_theme(ui::ThemeKind kind);
    void move_mouse(float x, float y);
    void press_mouse(int button, bool down);
    void turn_wheel(float notches);

    Channels channels;
    ui::RunBook book;
    ui::ViewState view;
    /// Of the frames to come, as PanelInput::on_control.
    std::function<void(std::string_view)> on_control;
    /// Of the last frame.
    std::vector<ui::PanelRect> panels;
    /// What each frame adds to the clock.
    double seconds_per_frame = 1.0 / 60;
    [[nodiscard]] double seconds() const { return facts_.seconds; }
    /// When the last frame wished for the next one.
    double wanted_at = ui::kNever;
    ui::UiLog log;

private:
    void answer_question();
    void answer_theory_question();

    void describe(float width, float height);

    Surface& surface_;
    /// Of the processor, that a frame may take; 0: as long as it likes. GROKSCOPE_FRAME_SECONDS.
    const double most_seconds_ = [] {
        const char* const text = std::getenv("GROKSCOPE_FRAME_SECONDS");
        return text == nullptr ? 0.0 : std::atof(text);
    }();
    ImGuiContext* imgui_;
    ImPlotContext* implot_;
    ui::Theme theme_;
    ui::CommandSink commands_;
    ui::FrameWish wish_;
    ui::ControlPlaces places_;
    ui::FrameFacts facts_;
    ui::gl::ShaderLibrary shaders_;
    ui::WavetablePanel wavetable_{shaders_};
    ui::CirclePanel circle_;
    ui::InsidePanel inside_;
    ui::TheoryController theory_controller_;
    ui::MainView main_;
};

} // namespace grokscope::fuzz
