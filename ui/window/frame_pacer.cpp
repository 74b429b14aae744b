#include "ui/window/frame_pacer.h"

#include <algorithm>

namespace grokscope::ui {

double FramePacer::shortest_frame(const PaceInput& input) const {
    const bool used = input.input || input.animating || input.now - last_input_ < kUsed;
    if (input.software_gl && !used) {
        return 1.0 / 15;
    }
    if (!input.focused && !input.input) {
        return 1.0 / 20;
    }
    return input.software_gl ? 1.0 / 30 : 1.0 / 60;
}

bool FramePacer::should_draw(const PaceInput& input) {
    if (input.input) {
        frames_owed_ = kSettlingFrames;
        last_input_ = input.now;
    } else if (input.new_data || input.animating || input.now >= input.wanted_at) {
        frames_owed_ = std::max(frames_owed_, 1);
    }
    if (!input.visible || frames_owed_ == 0) {
        return false;
    }
    // A thousandth of slack: a wait that ends a hair early must not cost a whole round.
    if (drawn_once_ && input.now - last_draw_ < shortest_frame(input) - 1e-3) {
        return false;
    }
    --frames_owed_;
    drawn_once_ = true;
    last_draw_ = input.now;
    return true;
}

double FramePacer::timeout(const PaceInput& input) const {
    if (!input.visible) {
        return 1.0; // input, data and the window's return wake it earlier
    }
    const double soonest = last_draw_ + shortest_frame(input) - input.now;
    double rest = input.training ? 0.1 : 0.5; // data wakes it earlier
    if (frames_owed_ > 0 || input.animating) {
        rest = soonest;
    } else {
        rest = std::min(rest, std::max(input.wanted_at - input.now, soonest));
    }
    return std::clamp(rest, 1e-3, 1.0);
}

} // namespace grokscope::ui
