// The options of `export --to png` and `--to mp4`: how the window looks that is drawn.
#pragma once

#include "app/options/argument_text.h"
#include "app/options/options.h"

#include <optional>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace grokscope {

/// "1600x1000"; wrong ones go to `mistakes`.
[[nodiscard]] std::optional<WindowSize> parse_size(const std::string& text, Mistakes& mistakes);

/// Adds --size, --theme, --scale and --ui-log to a command that opens the window.
void add_look_options(CLI::App& app, WindowOptions& window, Mistakes& mistakes);

class PictureArguments {
public:
    /// Adds them to `export`; wrong values go to `mistakes`. Both outlive parsing.
    void add_to(CLI::App& app, Mistakes& mistakes);

    /// Whether one of them was given.
    [[nodiscard]] bool given() const { return given_; }
    /// Whether the picture is to have no ground.
    [[nodiscard]] bool transparent() const { return picture_.transparent; }
    /// The window that draws the picture, or the film, that `options` speaks of.
    [[nodiscard]] WindowOptions window_of(const ExportOptions& options, bool film) const;

private:
    PictureOptions picture_;
    std::optional<WindowSize> size_;
    ThemeChoice theme_ = ThemeChoice::kDefault;
    bool given_ = false;
};

} // namespace grokscope
