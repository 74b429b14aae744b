#include "app/window_app.h"

#include "app/screenshot.h"
#include "engine/compute/worker_pool.h"
#include "engine/protocol/channels.h"
#include "engine/reference/standard_parts.h"
#include "engine/train/engine_parts.h"
#include "engine/train/trainer.h"
#include "ui/program.h"

#include <cstdio>

namespace grokscope {

namespace {

ui::ProgramOptions program_options(const WindowOptions& options) {
    ui::ProgramOptions program;
    program.runs = options.runs;
    program.start = options.start || !options.screenshot_path.empty();
    if (options.size) {
        program.size = {options.size->width, options.size->height};
    }
    program.theme =
        options.theme == ThemeChoice::kLight ? ui::ThemeKind::kLight : ui::ThemeKind::kDark;
    program.scale = static_cast<float>(options.scale);
    program.ui_log_path = options.ui_log_path;
    program.shader_folder = options.shader_folder;
    if (!options.screenshot_path.empty()) {
        program.after_epoch = options.after_epoch;
        program.save_screenshot = [path = options.screenshot_path](const ui::Image& image) {
            save_png(path, image.width, image.height, image.pixels);
        };
    }
    return program;
}

} // namespace

int run_window(const WindowOptions& options) {
    try {
        Channels channels(options.channel_sizes);
        ui::Program program(channels, program_options(options));
        // Declared after the program and so gone before it: the trainer wakes the window.
        const Trainer trainer(
            channels, standard_engine_parts(),
            {.threads = options.threads > 0 ? options.threads : default_worker_threads(),
             .wake_front_end = &ui::Program::wake});
        program.run();
        return static_cast<int>(ExitCode::kSuccess);
    } catch (const ui::DisplayError& error) {
        std::fprintf(stderr, "grokscope: %s\n", error.what());
        return static_cast<int>(ExitCode::kNoDisplay);
    }
}

} // namespace grokscope
