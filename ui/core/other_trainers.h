// Recorded runs of the window that other processes train: how far these have come, and the record
// read anew when they have ended.
// Threads: main thread only; the file worker reads the notebook.
#pragma once

#include "ui/core/actions.h"
#include "ui/core/file_controller.h"
#include "ui/core/frame_wish.h"

#include <cstdint>
#include <optional>

namespace grokscope::ui {

/// Everything that the user chose of the run `old` is `fresh`'s from now on: the same run, read
/// again.
void take_place_of(ViewState& view, RunId old, RunId fresh);

class OtherTrainers {
public:
    /// Seconds from one look into the notebook to the next.
    static constexpr double kLook = 2;

    /// Once per turn of the loop, at `now` seconds: looks into the notebook while another process
    /// trains a run that is shown. True when something changed that panels show.
    bool update(const ActionContext& context, FileController& files, double now);

    /// When update() is to be called at the latest; kNever while there is nothing to look for.
    [[nodiscard]] double next() const { return job_ ? kNever : next_; }

private:
    std::optional<std::uint64_t> job_;
    double next_ = kNever;
};

} // namespace grokscope::ui
