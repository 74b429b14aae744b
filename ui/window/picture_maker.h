// Pictures of the window, or of one of its panels, at any size: drawn beside the window into a
// framebuffer of their own, by the same panels.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/core/file_controller.h"
#include "ui/core/rect.h"
#include "ui/core/row_budget.h"
#include "ui/core/study_controller.h"
#include "ui/core/ui_log.h"
#include "ui/gl/framebuffer.h"
#include "ui/gl/shader_library.h"
#include "ui/views/circle/circle_panel.h"
#include "ui/views/inside/inside_panel.h"
#include "ui/views/wavetable/wavetable_panel.h"
#include "ui/window/imgui_layer.h"
#include "ui/window/main_view.h"

#include <functional>
#include <optional>
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
using DrawInside =
    std::function<void(const PanelInput&, InsidePictures& pictures, const DrawPanel& circle)>;

class PictureMaker {
public:
    /// `shaders` and `study` outlive this. Throws std::runtime_error and DisplayError as the panels
    /// do.
    PictureMaker(gl::ShaderLibrary& shaders, StudyController& study, DrawInside inside,
                 SweepStatistics statistics = {});

    /// Draws and waits for the driver. Axes that the user has not zoomed are fitted to all data, so
    /// that equal records give equal pictures. Throws std::runtime_error when there is no such
    /// panel, or the picture is too large for the driver.
    [[nodiscard]] Picture draw(const RunBook& book, const ViewState& view,
                               const PictureSetting& setting, const PictureWanted& wanted);
    /// The same of a film's picture, but for about `seconds` only: nothing until it is whole, with
    /// the pixels that draw() gives it. The view counts when its film_frame is asked for first.
    [[nodiscard]] std::optional<Picture> draw_on(const RunBook& book, const ViewState& view,
                                                 const PictureSetting& setting,
                                                 const PictureWanted& wanted, double seconds);
    /// The next picture begins anew, as the first of a maker does.
    void forget();

private:
    /// A picture that is described and being drawn, row by row.
    struct Begun {
        PictureWanted wanted;
        ViewState view;
        /// Of the window that is drawn; the caption lies below it.
        Size inside;
        int caption = 0;
        /// What of the window is the picture.
        Rect rect = {};
        Picture picture = {};
        /// Of the picture that are drawn.
        int rows = 0;
        [[nodiscard]] int rows_left() const { return picture.height - rows; }
    };

    /// Settled and described, nothing drawn.
    [[nodiscard]] Begun begin(const RunBook& book, const ViewState& view,
                              const PictureSetting& setting, const PictureWanted& wanted);
    void dress(const Begun& begun, const PictureSetting& setting, const Color& ground);
    void describe(const RunBook& book, Begun& begun, const PictureSetting& setting);
    /// After a description: its rows can be drawn.
    void make_ready(Begun& begun);
    [[nodiscard]] Rect cut_out(const Begun& begun) const;
    /// Draws the next rows, at most so many; returns how many.
    int draw_rows(Begun& begun, int most);
    void draw_all(Begun& begun);

    StudyController& study_;
    DrawInside inside_;
    ImguiLayer imgui_;
    WavetablePanel wavetable_;
    CirclePanel circle_;
    MainView main_;        // calls the two above
    CommandSink commands_; ///< nobody takes them: a picture asks for nothing
    UiLog log_;
    InsidePictures tabs_;
    gl::Framebuffer target_;
    std::optional<Begun> begun_;
    RowBudget budget_;
    std::vector<PanelRect> panels_;
};

} // namespace grokscope::ui
