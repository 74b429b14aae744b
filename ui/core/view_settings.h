// What the window remembers from one start to the next: theme, scale, the three layouts. A small
// JSON file in the user's configuration folder.
// Threads: main thread only.
#pragma once

#include "ui/core/view_state.h"

#include <functional>
#include <optional>
#include <string>

namespace grokscope::ui {

/// The settings of `view` as the text of the file.
[[nodiscard]] std::string settings_text(const ViewState& view);
/// Takes from the text of a file what is sound; anything else, and whatever lies out of range,
/// leaves `view` as it is. Never throws for the content.
void take_settings(const std::string& text, ViewState& view);

/// Reads the file, if there is one. What it says of theme and scale is taken.
void load_settings(const std::string& path, ViewState& view);
/// Writes the text of the file. What went wrong in one sentence; empty when all is well.
using SaveSettings = std::function<std::string(const std::string& text)>;

/// The settings file of one window.
class SettingsKeeper {
public:
    /// Takes what the file at `path` says into `view`; with an empty path, or nothing to write it
    /// with, nothing is kept.
    SettingsKeeper(const std::string& path, SaveSettings save, ViewState& view);

    /// Writes the file when the settings differ from what it last took or wrote. The problem in one
    /// sentence; empty when all is well; nothing when there was nothing to write.
    [[nodiscard]] std::optional<std::string> remember(const ViewState& view);

private:
    SaveSettings save_;
    std::string saved_;
};

} // namespace grokscope::ui
