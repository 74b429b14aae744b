// The circle: every number's embedding seen along one frequency (ui.md section 9, science.md 3.4).
// Threads: main thread only.
#pragma once

#include "ui/circle_history.h"
#include "ui/circle_projection.h"
#include "ui/panels/panel_input.h"
#include "ui/rect.h"

#include <cstdint>
#include <map>
#include <vector>

namespace grokscope::ui {

class CirclePanel {
public:
    /// Draws into the ImGui child window that is open, and fills it.
    void draw(const PanelInput& input);
    /// Points are on their way to new places, or figures of earlier epochs are still being
    /// computed: the next frame differs even without input or data.
    [[nodiscard]] bool animating() const { return animating_; }

private:
    /// A frequency at an epoch, on its way from where it was drawn before.
    struct Slot {
        std::int32_t epoch = -1;
        CircleProjection circle;
        double chance = 0;
        std::vector<PlanePoint> shown;
        std::vector<PlanePoint> from;
        double since = 0;
        bool gliding = false;
        bool used = false;
    };
    struct Which {
        int frequency = 1;
        bool start = false; ///< epoch 0, not the cursor's
        friend auto operator<=>(const Which&, const Which&) = default;
    };

    void draw_header(const PanelInput& input, const RunRecord* run, int frequency);
    void forget_other_runs(const RunRecord& run);
    Slot& slot(const PanelInput& input, const RunRecord& run, const Which& which);
    void glide(const PanelInput& input, Slot& slot);
    const CircleHistory& history(const RunRecord& run, int frequency);
    void draw_one(const PanelInput& input, const RunRecord& run, const Which& which,
                  const Rect& area, bool large);
    void draw_caption(const PanelInput& input, const RunRecord& run, int frequency,
                      const Rect& area);

    RunId run_{};
    std::uint32_t generation_ = 0;
    std::map<Which, Slot> slots_;
    std::map<int, CircleHistory> histories_;
    bool hovered_ = false;
    bool animating_ = false;
};

} // namespace grokscope::ui
