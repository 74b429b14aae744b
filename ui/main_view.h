// Puts the panels where they belong and nothing else.
#pragma once

#include "ui/panels/collapse_panel.h"
#include "ui/panels/command_palette.h"
#include "ui/panels/control_strip.h"
#include "ui/panels/lottery_panel.h"
#include "ui/panels/panel_grips.h"
#include "ui/panels/panel_input.h"
#include "ui/panels/plane_panel.h"
#include "ui/panels/plot_stack.h"
#include "ui/panels/run_list.h"
#include "ui/panels/timeline.h"

#include <functional>

namespace grokscope::ui {

/// The two pictures of the right column, given from outside: they need OpenGL, this does not.
/// Each draws into the ImGui child window that is open.
struct Pictures {
    std::function<void(const PanelInput&)> wavetable;
    std::function<void(const PanelInput&)> circle;
};

class MainView {
public:
    explicit MainView(Pictures pictures);
    /// Describes one frame of the whole window. Between ImGui's NewFrame and Render.
    void draw(const PanelInput& input);

private:
    void draw_curves(const PanelInput& input, const Layout& layout, Rect area, bool bare);
    void draw_wavetable(const PanelInput& input, const Rect& rect);
    void draw_inside(const PanelInput& input, const Rect& rect);
    void draw_on_top(const PanelInput& input, const Rect& window, bool plots_shown);
    /// A picture of one sheet; false where it asks for none.
    bool draw_sheet_picture(const PanelInput& input, const Rect& window);
    void draw_presentation(const PanelInput& input, const Rect& window);

    Pictures pictures_;
    ControlStrip strip_;
    RunList runs_;
    PlotStack plots_;
    Timeline timeline_;
    PanelGrips grips_;
    CommandPalette palette_;
    PlanePanel plane_;
    CollapsePanel collapse_;
    LotteryPanel lottery_;
};

} // namespace grokscope::ui
