// What a test cannot see from outside: words on the window, what the user named, the frame's time.
// Threads: main thread only.
#pragma once

#include "ui/core/file_controller.h"
#include "ui/core/ui_log.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

class WindowReport {
public:
    /// A frame: its number, milliseconds of work, of these those of the panels, and whether it was
    /// the first after input.
    struct Frame {
        std::uint64_t number = 0;
        double milliseconds = 0;
        double panels = 0;
        bool input = false;
    };

    /// Once per frame, after drawing: writes what changed to `log`.
    void write(UiLog& log, const ActionContext& context, const FileController& files,
               const Frame& frame);

private:
    std::optional<std::vector<Note>> notes_; ///< as they stand in the log
    std::string banner_;
    std::string notice_;
    std::string question_;
};

} // namespace grokscope::ui
