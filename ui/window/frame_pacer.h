// When to draw and how long to rest (ui.md section 10). Plain arithmetic on times given to it.
#pragma once

#include "ui/core/frame_wish.h"

namespace grokscope::ui {

/// What the frame loop knows before it decides.
struct PaceInput {
    double now = 0; ///< seconds, any origin, never going back
    bool input = false;
    bool new_data = false;
    bool training = false;
    bool focused = true;
    bool visible = true;
    bool animating = false;
    bool software_gl = false;
    /// The earliest time at which somebody wants a frame (frame_wish.h).
    double wanted_at = kNever;
};

class FramePacer {
public:
    /// Whether to draw a frame now. Input, data, animation and wishes ask for one; the cap on
    /// frames per second (60; unfocused 20; in software 30 while it is used or replays, else 15,
    /// since each frame takes its time from training there) may put it off to a later call.
    [[nodiscard]] bool should_draw(const PaceInput& input);
    /// How long the loop may sleep from now on, in seconds, above 0 and at most 1. Call after
    /// should_draw.
    [[nodiscard]] double timeout(const PaceInput& input) const;

private:
    /// Popups and layout need a frame or two more after input.
    static constexpr int kSettlingFrames = 3;

    /// After input, the window counts as used for so many seconds.
    static constexpr double kUsed = 1;

    [[nodiscard]] double shortest_frame(const PaceInput& input) const;

    int frames_owed_ = kSettlingFrames;
    double last_input_ = -kUsed;
    bool drawn_once_ = false;
    double last_draw_ = 0;
};

} // namespace grokscope::ui
