// Puts the panels where they belong and nothing else.
#pragma once

#include "ui/dialogs/command_palette.h"
#include "ui/kit/panel_input.h"
#include "ui/plots/plot_stack.h"
#include "ui/plots/timeline.h"
#include "ui/runs/run_list.h"
#include "ui/views/depth/depth_panel.h"
#include "ui/views/view.h"
#include "ui/views/view_info.h"
#include "ui/window/control_strip.h"
#include "ui/window/panel_grips.h"

#include <functional>
#include <memory>
#include <vector>

namespace grokscope::ui {

/// The two pictures of the right column, given from outside: they need OpenGL, this does not.
/// Each draws into the ImGui child window that is open.
struct Pictures {
    std::function<void(const PanelInput&)> wavetable;
    std::function<void(const PanelInput&)> circle;
    /// What the view's ablation leaves (InsidePanel::taken_apart); may be empty.
    AblatedAnswer ablated = {};
};

class MainView {
public:
    /// `statistics`: those of the sheet of seeds; may be empty, then there is no table.
    explicit MainView(Pictures pictures, SweepStatistics statistics = {});
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
    struct Listed {
        const ViewInfo* info;
        std::unique_ptr<View> view;
    };
    std::vector<Listed> views_;
};

} // namespace grokscope::ui
