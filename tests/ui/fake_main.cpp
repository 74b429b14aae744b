// The real window on the made-up engine: for tests of the window and for looking at it.
// usage: fake_grokscope [--start] [--stencil=-1,0,1]... [--light] [--size=WxH] [--scale=S]
//        [--speed=EPOCHS_PER_SECOND] [--ui-log=FILE] [--screenshot=FILE --after-epoch=N]
//        [--fail-at=EPOCH] [--shaders=FOLDER] [--recorded=EPOCHS] [--inspect-seconds=S] [--seed=N]
//        [--workers=N] [--p=N] [--layers=N] [--heads=N] [--reading-seconds=S] [--measure=PLAN]
#include "app/commands/sweep_statistics.h"
#include "app/files/file_worker.h"
#include "app/files/user_folders.h"
#include "app/files/window_files.h"
#include "tests/ui/fake_engine.h"
#include "ui/window/program.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <string>

namespace {

using grokscope::RunConfig;
using grokscope::Stencil;

struct Options {
    grokscope::ui::ProgramOptions program;
    grokscope::fake::EngineOptions engine;
};

Stencil parse_stencil(const std::string& text) {
    Stencil stencil;
    std::istringstream stream(text);
    std::string offset;
    while (std::getline(stream, offset, ',')) {
        stencil.insert(std::stoi(offset));
    }
    return stencil;
}

Options parse(int count, char** arguments) {
    Options options;
    std::string screenshot;
    std::uint32_t seed = RunConfig{}.seed;
    int p = RunConfig{}.p;
    int layers = RunConfig{}.layers;
    int heads = RunConfig{}.heads;
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        const std::size_t equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : argument.substr(equals + 1);
        if (name == "--start") {
            options.program.start = true;
        } else if (name == "--stencil") {
            RunConfig config;
            config.stencil = parse_stencil(value);
            config.seed = seed;
            config.p = p;
            config.layers = layers;
            config.heads = heads;
            options.program.runs.push_back(config);
        } else if (name == "--seed") { // of the stencils after it
            seed = static_cast<std::uint32_t>(std::stoul(value));
        } else if (name == "--p") { // likewise
            p = std::stoi(value);
        } else if (name == "--layers") { // likewise
            layers = std::stoi(value);
        } else if (name == "--heads") { // likewise
            heads = std::stoi(value);
        } else if (name == "--light") {
            options.program.theme = grokscope::ui::ThemeKind::kLight;
        } else if (name == "--size") {
            std::sscanf(value.c_str(), "%dx%d", &options.program.size.width,
                        &options.program.size.height);
        } else if (name == "--scale") {
            options.program.scale = std::stof(value);
        } else if (name == "--speed") {
            options.engine.epochs_per_second = std::stod(value);
        } else if (name == "--fail-at") {
            options.engine.fail_at_epoch = std::stoi(value);
        } else if (name == "--recorded") {
            options.engine.recorded_epochs = std::stoi(value);
            options.program.recorded.push_back({}); // the made-up engine needs none
        } else if (name == "--workers") {
            options.engine.workers = std::stoi(value);
        } else if (name == "--inspect-seconds") {
            options.engine.inspect_seconds = std::stod(value);
        } else if (name == "--reading-seconds") { // negative: no laboratory
            options.engine.reading_seconds = std::stod(value);
        } else if (name == "--measure") { // of the stencil before it
            if (options.program.runs.empty()) {
                throw std::runtime_error("--measure is of the --stencil before it");
            }
            std::string mistake;
            options.program.runs.back().measure = grokscope::MeasurePlan::parse(value, mistake);
        } else if (name == "--settings") {
            options.program.settings_path = value;
            options.program.save_settings = grokscope::keep_settings_in(value);
        } else if (name == "--shaders") {
            options.program.shader_folder = value;
        } else if (name == "--ui-log") {
            options.program.log = grokscope::log_to(value, grokscope::Overwrite::kNo);
        } else if (name == "--screenshot") {
            screenshot = value;
        } else if (name == "--after-epoch") {
            options.program.after_epoch = std::stoi(value);
        } else {
            throw std::runtime_error("unknown option " + name);
        }
    }
    if (options.program.runs.empty() && options.program.recorded.empty()) {
        options.program.runs.emplace_back();
    }
    if (!screenshot.empty()) {
        options.program.start = true;
        options.program.save_screenshot =
            grokscope::screenshot_to(screenshot, grokscope::Overwrite::kNo);
    }
    return options;
}

} // namespace

int main(int count, char** arguments) {
    try {
        Options options = parse(count, arguments);
        grokscope::Channels channels;
        grokscope::FileChannels files;
        const grokscope::KnownFolders folders = grokscope::known_folders();
        options.program.version = "made up";
        options.program.training_threads = options.engine.workers;
        options.program.sweep_statistics = &grokscope::sweep_rows;
        options.program.files.channels = &files;
        options.program.files.folders = {folders.documents, folders.pictures, folders.videos};
        grokscope::ui::Program program(channels, std::move(options.program));
        const grokscope::FileWorker worker(
            files, {.facts = {}, .race = {}, .wake_front_end = &grokscope::ui::Program::wake});
        options.engine.wake_front_end = &grokscope::ui::Program::wake;
        const grokscope::fake::Engine engine(channels, std::move(options.engine));
        program.run();
        return 0;
    } catch (const grokscope::ui::DisplayError& error) {
        std::fprintf(stderr, "grokscope: %s\n", error.what());
        return 3;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "grokscope: %s\n", error.what());
        return 1;
    }
}
