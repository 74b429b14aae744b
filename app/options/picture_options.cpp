#include "app/options/picture_options.h"

#include "app/options/run_options.h"
#include "ui/views/list.h"

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

namespace grokscope {

std::optional<WindowSize> parse_size(const std::string& text, Mistakes& mistakes) {
    const std::size_t cross = text.find('x');
    Mistakes ignored;
    const auto width = parse_number<int>("", std::string_view(text).substr(0, cross), ignored);
    const auto height =
        cross == std::string::npos
            ? std::nullopt
            : parse_number<int>("", std::string_view(text).substr(cross + 1), ignored);
    const auto fits = [](std::optional<int> value) {
        return value && *value >= 320 && *value <= 16384;
    };
    if (!fits(width) || !fits(height)) {
        mistakes.push_back("--size needs WIDTHxHEIGHT with both between 320 and 16384, such as "
                           "1600x1000; got \"" +
                           text + "\"");
        return std::nullopt;
    }
    return WindowSize{*width, *height};
}

void add_look_options(CLI::App& app, WindowOptions& window, Mistakes& mistakes) {
    add_text_option(app, "--size", "WxH", "size of the window [1600x1000]",
                    [&](const std::string& text) { window.size = parse_size(text, mistakes); });
    add_text_option(
        app, "--theme", "NAME",
        "dark or light [as it was left, at first dark; dark with --screenshot]",
        [&](const std::string& text) {
            if (const auto choice = parse_choice("--theme", text, {"dark", "light"}, mistakes)) {
                window.theme = *choice == 0 ? ThemeChoice::kDark : ThemeChoice::kLight;
            }
        });
    add_text_option(app, "--scale", "X", "content scale, 0.5..4 [the monitor's]",
                    [&](const std::string& text) {
                        const auto value = parse_number<double>("--scale", text, mistakes);
                        if (value && !(*value >= 0.5 && *value <= 4)) {
                            mistakes.push_back("--scale must lie between 0.5 and 4, got " + text);
                        }
                        window.scale = value.value_or(0);
                    });
    add_path_option(app, mistakes, "--ui-log", window.ui_log_path,
                    "write one JSON line per event of the window, for tests");
    app.add_flag("--force", window.force, "overwrite existing files");
}

namespace {

/// "plane, collapse, lottery"
std::string pictured_views() {
    std::string names;
    for (const ui::ViewInfo* const view : ui::kViews) {
        if (view->picture != ui::ViewPicture::kNone) {
            names += (names.empty() ? "" : ", ") + std::string(view->name);
        }
    }
    return names;
}

} // namespace

void PictureArguments::add_to(CLI::App& app, Mistakes& mistakes) {
    add_text_option(app, "--panel", "NAME",
                    "window, accuracy, loss, mismatch, plots, wavetable, circle, runs, " +
                        pictured_views() + " [window]",
                    [&](const std::string& text) {
                        given_ = true;
                        picture_.panel = text;
                    });
    add_text_option(app, "--magnify", "N", "pixels for each pixel of the window, 1..4 [1]",
                    [&](const std::string& text) {
                        given_ = true;
                        const auto value = parse_number<int>("--magnify", text, mistakes);
                        if (value && (*value < 1 || *value > 4)) {
                            mistakes.push_back("--magnify must lie between 1 and 4, got " + text);
                        }
                        picture_.magnification = value.value_or(1);
                    });
    add_text_option(app, "--size", "WxH", "size of the window drawn [1600x1000]",
                    [&](const std::string& text) {
                        given_ = true;
                        size_ = parse_size(text, mistakes);
                    });
    add_text_option(app, "--theme", "NAME", "dark or light [dark]", [&](const std::string& text) {
        given_ = true;
        if (const auto choice = parse_choice("--theme", text, {"dark", "light"}, mistakes)) {
            theme_ = *choice == 0 ? ThemeChoice::kDark : ThemeChoice::kLight;
        }
    });
    add_text_option(app, "--rate", "N",
                    "a film's rate: 1, 2, 5, 10, 20, 50 or 100 times 20 epochs "
                    "per second [20]",
                    [&](const std::string& text) {
                        given_ = true;
                        if (const auto choice =
                                parse_choice("--rate", text,
                                             {"1", "2", "5", "10", "20", "50", "100"}, mistakes)) {
                            picture_.rate = *choice;
                        }
                    });
    app.add_flag_callback(
        "--no-controls",
        [this] {
            given_ = true;
            picture_.controls = false;
        },
        "curves and pictures only");
    app.add_flag_callback(
        "--transparent",
        [this] {
            given_ = true;
            picture_.transparent = true;
        },
        "a picture without a background, to lay over a slide");
}

WindowOptions PictureArguments::window_of(const ExportOptions& options, bool film) const {
    WindowOptions window;
    window.runs.clear();
    window.notebook = options.notebook;
    window.recorded = options.run;
    window.size = size_.value_or(WindowSize{});
    window.theme = theme_;
    window.scale = 1;
    window.picture = picture_;
    window.picture->film = film;
    window.picture->path = options.path;
    window.picture->overwrite = options.force;
    window.picture->epoch = options.epoch;
    return window;
}

} // namespace grokscope
