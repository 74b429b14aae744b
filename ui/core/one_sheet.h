// Sheets and dialogs lie over the whole window, so only one of them is open at a time.
// Threads: main thread only.
#pragma once

#include <algorithm>
#include <span>

namespace grokscope::ui {

class OneSheet {
public:
    /// Once per frame, always with the same sheets: what was opened last stays, the one before it
    /// is closed.
    void keep(std::span<bool* const> sheets) {
        const auto opened = std::ranges::find_if(
            sheets, [this](const bool* open) { return *open && open != shown_; });
        if (opened != sheets.end()) {
            if (shown_ != nullptr) {
                *shown_ = false;
            }
            shown_ = *opened;
        }
        for (bool* const open : sheets) {
            *open = *open && open == shown_;
        }
        if (shown_ != nullptr && !*shown_) {
            shown_ = nullptr;
        }
    }

private:
    bool* shown_ = nullptr; ///< the one that is open
};

} // namespace grokscope::ui
