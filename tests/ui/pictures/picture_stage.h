// Draws a panel as the window would, but into an image of its own and without a window: ImGui with
// its default font, fixed time steps, and a mouse that tests move.
// Threads: the thread of the test.
#pragma once

#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/picture.h"
#include "ui/gl/framebuffer.h"
#include "ui/kit/panel_input.h"

#include <functional>
#include <memory>

struct ImGuiContext;

namespace grokscope::ui::testing {

class PictureStage {
public:
    /// `context` is current and outlives this. `font_file`: a TrueType file; empty: ImGui's own
    /// font, which is the same everywhere.
    PictureStage(GlContext& context, gl::Size size, ThemeKind theme,
                 const std::string& font_file = "");
    ~PictureStage();
    PictureStage(const PictureStage&) = delete; // ImGui's context is found by address
    PictureStage& operator=(const PictureStage&) = delete;

    /// Where the mouse is, in pixels from the top left; outside the picture: nowhere.
    void move_mouse(float x, float y);
    void press_mouse(bool down);
    void turn_wheel(float notches);

    /// Draws one frame, 1/60 s after the last one.
    void frame(const std::function<void(const PanelInput&)>& panel);
    /// Draws four frames and reads the last.
    [[nodiscard]] Picture picture(const std::function<void(const PanelInput&)>& panel);

    ViewState view;
    RunBook book;

private:
    gl::Size size_;
    gl::Framebuffer target_;
    ImGuiContext* imgui_ = nullptr;
    Theme theme_;
    CommandSink commands_;
    UiLog log_;
    FrameFacts facts_;
};

} // namespace grokscope::ui::testing
