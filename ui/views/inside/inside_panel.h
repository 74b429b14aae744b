// The tabs under the wavetable: circle, map, clock, attention, take apart. All but the circle ask
// the inspector about recorded weights at the cursor's epoch.
// Threads: main thread only.
#pragma once

#include "ui/core/inspection_controller.h"
#include "ui/kit/panel_input.h"
#include "ui/views/inside/inside_frame.h"
#include "ui/views/tabs.h"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>

namespace grokscope::ui {

/// What the tabs have painted: one for each place in which they are shown, since a picture is kept
/// at its size until what it shows has changed.
class InsidePictures {
public:
    InsidePictures();
    /// Any but the circle's, which is drawn elsewhere.
    [[nodiscard]] InsideTabView& of(InsideTab tab) {
        return *views_[static_cast<std::size_t>(tab)];
    }

private:
    std::array<std::unique_ptr<InsideTabView>, kInsideTabs.size()> views_;
};

class InsidePanel {
public:
    /// Takes the newest answer, which arrives `now`. True when there was one.
    bool take(InspectChannels& channels, double now) { return controller_.take(channels, now); }
    /// Draws into the ImGui child window that is open, and fills it; `circle` draws the circle.
    void draw(const PanelInput& input, const std::function<void(const PanelInput&)>& circle) {
        draw(input, pictures_, circle);
    }
    /// The same elsewhere than in the window.
    void draw(const PanelInput& input, InsidePictures& pictures,
              const std::function<void(const PanelInput&)>& circle);
    /// Of the selected run, what its ablation leaves: the answer to that at the cursor, or null
    /// until it is there; then it is asked for, in the place of what the tab in front wants. While
    /// the cursor is live the answer may be of an epoch shortly before its own.
    [[nodiscard]] const InspectReply* taken_apart(const PanelInput& input);
    /// After the frame: asks what its panels want to know, at most one question.
    void ask(const PanelInput& input, InspectChannels& channels);

private:
    void draw_tabs(const PanelInput& input, const InspectReply* reply);
    void draw_model_choice(const PanelInput& input);
    void draw_answer(const PanelInput& input, InsidePictures& pictures, const RunRecord& run,
                     const InspectReply* reply);

    InspectionController controller_;
    InsidePictures pictures_; ///< the window's
};

} // namespace grokscope::ui
