// How much of a film's picture is drawn between two frames of the window. Plain arithmetic on times
// given to it.
#pragma once

namespace grokscope::ui {

/// Seconds of one turn of the frame loop that a film may take, when a frame of the window takes
/// `frame` seconds: what is left of a fifteenth of a second, within bounds.
[[nodiscard]] double film_share(double frame);

/// How many rows are drawn at once so that it takes as long as may be.
class RowBudget {
public:
    /// Fewer would cost more in calls than in pixels.
    static constexpr int kFewest = 16;

    /// Rows to draw next, of `left`, in about `seconds`; at least kFewest, or all that are left.
    /// Without a measurement kFewest; never more than twice what was measured last.
    [[nodiscard]] int rows(int left, double seconds) const;
    /// So many rows took so long.
    void took(int rows, double seconds);

private:
    int measured_ = 0;
    double seconds_per_row_ = 0;
};

} // namespace grokscope::ui
