// Frames that somebody wants later: a tooltip when its time has come, the end of a fade. Whoever
// shows what changes by itself says while it is drawn when it has to be drawn again.
#pragma once

#include <algorithm>
#include <limits>
#include <utility>

namespace grokscope::ui {

/// No frame is wanted.
inline constexpr double kNever = std::numeric_limits<double>::infinity();

/// What one frame wishes for. Each frame makes its wishes anew.
class FrameWish {
public:
    /// A frame at `when`, of the clock of FrameFacts::seconds, or soon after it; the earliest
    /// counts.
    void at(double when) { when_ = std::min(when_, when); }
    /// The earliest of the wishes, which are gone then; kNever when there is none.
    [[nodiscard]] double take() { return std::exchange(when_, kNever); }

private:
    double when_ = kNever;
};

} // namespace grokscope::ui
