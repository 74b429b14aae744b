// Pictures of the window, or of one of its panels, at any size: drawn beside the window into a
// framebuffer of their own, by the same panels.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/file_desk.h"
#include "ui/gl/framebuffer.h"
#include "ui/gl/shader_library.h"
#include "ui/imgui_layer.h"
#include "ui/main_view.h"
#include "ui/panels/circle_panel.h"
#include "ui/panels/wavetable_panel.h"
#include "ui/ui_log.h"

#include <functional>
#include <string>
#include <vector>

namespace grokscope::ui {

/// How the window looks that a picture is taken of.
struct PictureSetting {
    ThemeKind theme = ThemeKind::kDark;
    float scale = 1;
    bool presenting = false;
    /// Pixels.
    Size window;
    std::string version;
};

using DrawPanel = std::function<void(const PanelInput&)>;
/// Draws the tabs under the wavetable, the circle among them by the function given.
using DrawInside = std::function<void(const PanelInput&, const DrawPanel& circle)>;

class PictureMaker {
public:
    /// `shaders` outlives this. Throws std::runtime_error and DisplayError as the panels do.
    PictureMaker(gl::ShaderLibrary& shaders, DrawInside inside);

    /// Draws and waits for the driver. Axes that the user has not zoomed are fitted to all data, so
    /// that equal records give equal pictures. Throws std::runtime_error when there is no such
    /// panel, or the picture is too large for the driver.
    [[nodiscard]] Picture draw(const RunBook& book, const ViewState& view,
                               const PictureSetting& setting, const PictureWanted& wanted);

private:
    void describe(const RunBook& book, ViewState& view, const PictureSetting& setting,
                  const PictureWanted& wanted, Size inside, int caption);

    DrawInside inside_;
    ImguiLayer imgui_;
    WavetablePanel wavetable_;
    CirclePanel circle_;
    MainView main_;        // calls the two above
    CommandSink commands_; ///< nobody takes them: a picture asks for nothing
    UiLog log_;
    gl::Framebuffer target_;
    std::vector<PanelRect> panels_;
};

} // namespace grokscope::ui
