// Notices that training leaves the window too little of the machine: sustained under ten frames per
// second (ui.md section 14). Plain arithmetic on times given to it.
#pragma once

#include <deque>

namespace grokscope::ui {

/// What one turn of the frame loop cost. Rests that the pacer wanted are no part of it.
struct LoopTurn {
    double now = 0;       ///< at its end; seconds, any origin, never going back
    double overslept = 0; ///< seconds by which it woke later than it had asked for
    double frame = 0;     ///< seconds that its frame took
    bool drawn = false;   ///< a frame was drawn
    /// Runs train, the window is seen, nobody films it: else the count begins anew.
    bool counts = true;
};

class StarvationWatch {
public:
    /// Seconds over which frames are counted.
    static constexpr double kSpan = 5;
    static constexpr double kFramesPerSecond = 10;

    /// True when, for the last kSpan seconds and five frames, frames came more slowly than
    /// kFramesPerSecond of the time in which one was wanted, and one was wanted for most of it.
    /// True once in its life.
    [[nodiscard]] bool add(const LoopTurn& turn);

private:
    struct Frame {
        double end;
        double cost;
    };

    std::deque<Frame> frames_; ///< of the last kSpan seconds, at least the last five
    double since_ = 0;         ///< counted from here on
    bool counting_ = false;
    bool told_ = false;
};

} // namespace grokscope::ui
