#include "app/window_app.h"

#include "app/file_worker.h"
#include "app/host_facts.h"
#include "app/notebook_commands.h"
#include "app/notebook_files.h"
#include "app/presets.h"
#include "app/record_rescue.h"
#include "app/settings_path.h"
#include "app/sweep_statistics.h"
#include "app/terminal.h"
#include "app/user_folders.h"
#include "app/window_files.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/inspector.h"
#include "engine/inspect/notebook_archive.h"
#include "engine/protocol/channels.h"
#include "engine/protocol/shown_text.h"
#include "engine/reference/standard_parts.h"
#include "engine/store/notebook_path.h"
#include "engine/store/notebook_store.h"
#include "engine/store/stored_run_reader.h"
#include "engine/train/engine_parts.h"
#include "engine/train/recorder_list.h"
#include "engine/train/trainer.h"
#include "ui/program.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

/// GROKSCOPE_SCALE, for monitors that tell no scale of their own; 0 when it is not set or no number
/// within 0.5..4.
double wanted_scale() {
    const char* text = std::getenv("GROKSCOPE_SCALE");
    char* end = nullptr;
    const double scale = text == nullptr ? 0 : std::strtod(text, &end);
    return end != text && scale >= 0.5 && scale <= 4 ? scale : 0;
}

/// What a command says that has saved a picture or a film.
void tell_saved(const file_reply::Saved& saved) {
    if (!saved.path.empty()) {
        std::printf("wrote %s\n", shown_line(saved.path).c_str());
    }
    if (!saved.note.empty()) {
        complain(saved.note);
    }
    if (!saved.command.empty()) {
        std::fprintf(stderr, "%s\n", shown_line(saved.command).c_str());
    }
}

/// Throws when a file that was asked for cannot be written.
ui::ProgramOptions options_of(const WindowOptions& options) {
    const Overwrite overwrite = options.force ? Overwrite::kYes : Overwrite::kNo;
    ui::ProgramOptions program;
    program.runs = options.runs;
    program.start = options.start || !options.screenshot_path.empty();
    if (options.size) {
        program.size = {options.size->width, options.size->height};
    }
    if (options.theme != ThemeChoice::kDefault) {
        program.theme =
            options.theme == ThemeChoice::kLight ? ui::ThemeKind::kLight : ui::ThemeKind::kDark;
    }
    if (options.screenshot_path.empty()) { // a picture must not depend on who takes it
        program.settings_path = window_settings_path();
        program.save_settings = keep_settings_in(program.settings_path);
    }
    program.presets = built_in_presets();
    program.scale = static_cast<float>(options.scale > 0 ? options.scale : wanted_scale());
    if (!options.ui_log_path.empty()) {
        program.log = log_to(options.ui_log_path, overwrite);
    }
    program.shader_folder = options.shader_folder;
    if (options.picture) {
        program.picture_order =
            ui::PictureOrder{.wanted = {.panel = options.picture->panel,
                                        .magnification = options.picture->magnification,
                                        .controls = options.picture->controls,
                                        .transparent = options.picture->transparent},
                             .target = {options.picture->path, options.picture->overwrite},
                             .film = options.picture->film,
                             .rate = options.picture->rate,
                             .epoch = options.picture->epoch};
        program.picture_saved = &tell_saved;
    }
    if (!options.screenshot_path.empty()) {
        program.after_epoch = options.after_epoch;
        program.save_screenshot = screenshot_to(options.screenshot_path, overwrite);
    }
    return program;
}

/// The notebook to write; kNoNotebook for none.
std::string record_file(const WindowOptions& options) {
    const bool picture_only = !options.screenshot_path.empty() && options.notebook.empty();
    return picture_only ? kNoNotebook : notebook_file(options.notebook);
}

/// Reads the recorded run that was asked for, and finds those that were cut off, to be offered.
/// Throws NotebookError when the run cannot be shown.
void read_notebook(const WindowOptions& options, const std::string& file,
                   ui::ProgramOptions& program) {
    std::error_code ignored;
    if (!options.recorded.empty()) {
        Notebook notebook = open_for_reading(options.notebook);
        const Afterwards afterwards =
            options.picture ? Afterwards::kOnlyShown : Afterwards::kMayTrain;
        const std::vector<StoredRunId> viewed = find_viewed(notebook, options.recorded);
        std::vector<std::string> problems;
        for (const StoredRunId run : viewed) {
            const auto number = static_cast<std::int64_t>(run);
            try {
                program.recorded.push_back({read_for_viewing(notebook, run, afterwards),
                                            {file, number},
                                            words_of(notebook, run)});
            } catch (const NotebookError& error) { // one of several hides no other
                if (viewed.size() == 1) {
                    throw;
                }
                problems.push_back("run " + std::to_string(number) +
                                   " is not shown: " + error.what());
            }
        }
        if (program.recorded.empty()) {
            throw std::runtime_error(problems.front());
        }
        for (const std::string& sentence : notebook.left_out().sentences()) {
            problems.push_back(sentence);
        }
        for (const std::string& problem : problems) {
            complain(problem);
        }
        if (!options.picture && options.screenshot_path.empty()) {
            add_notes(program.notice, problems);
        }
        return;
    }
    if (file == kNoNotebook || !std::filesystem::exists(file, ignored)) {
        return;
    }
    try {
        Notebook notebook(file, Notebook::Access::kReadOnly);
        for (const RunSummary& run : interrupted_runs(notebook)) {
            program.files.offers.push_back(
                {{file, static_cast<std::int64_t>(run.id)}, run.config, run.epoch});
        }
        tell_left_out(notebook);
    } catch (const std::exception&) {
        program.files.offers.clear(); // the writer says what is wrong with the notebook
    }
}

} // namespace

int run_window(const WindowOptions& options) {
    const std::string file = record_file(options);
    ui::ProgramOptions program_options = options_of(options);
    try {
        read_notebook(options, file, program_options);
    } catch (const std::exception& error) {
        complain(error.what());
        return static_cast<int>(ExitCode::kBadUsage);
    }
    try {
        const int threads = options.threads > 0 ? options.threads : default_worker_threads();
        const HostFacts facts = host_facts(threads);
        const KnownFolders folders = known_folders();
        std::unique_ptr<NotebookStore> store;
        FileChannels file_channels;
        program_options.version = facts.program_version;
        program_options.training_threads = threads;
        program_options.sweep_statistics = &sweep_rows;
        program_options.files.channels = &file_channels;
        program_options.files.folders = {folders.documents, folders.pictures, folders.videos};
        program_options.files.store_status = [&store] {
            return store ? &store->status() : nullptr;
        };
        program_options.files.ask_store = [&store](StoreRequest request) {
            return store && store->ask(std::move(request));
        };
        program_options.keep_words = [&store](const store_request::Words& words) {
            return store == nullptr || store->ask(words);
        };
        Channels channels(options.channel_sizes);
        ui::Program program(channels, std::move(program_options));
        const FileWorker worker(file_channels,
                                {.facts = facts, .wake_front_end = &ui::Program::wake});
        InspectorOptions inspection;
        inspection.wake_front_end = &ui::Program::wake;
        if (file != kNoNotebook && !options.picture) {
            WriterOptions writer = writer_options(file, threads);
            writer.wake_front_end = &ui::Program::wake;
            inspection.archive = std::make_unique<NotebookArchive>(
                [&store] { return store->file_in_use(); }, writer.owner);
            store = std::make_unique<NotebookStore>(std::move(writer));
        }
        {
            // Gone before the program: both wake the window.
            Inspector inspector(channels.inspect, std::move(inspection));
            std::vector<Recorder*> recorders{&inspector.recorder()};
            if (store) {
                recorders.push_back(&store->recorder());
            }
            RecorderList everybody(std::move(recorders));
            const Trainer trainer(
                channels, standard_engine_parts(),
                {.threads = threads, .wake_front_end = &ui::Program::wake, .recorder = &everybody});
            program.run();
        }
        std::string problem = store ? store->finish() : std::string();
        if (!problem.empty()) {
            problem = rescue_record(*store, problem).sentence;
        }
        store.reset(); // it wakes the window, too
        if (!problem.empty()) {
            complain(problem);
            return static_cast<int>(ExitCode::kRunFailed);
        }
        return static_cast<int>(ExitCode::kSuccess);
    } catch (const ui::DisplayError& error) {
        complain(error.what());
        return static_cast<int>(ExitCode::kNoDisplay);
    }
}

} // namespace grokscope
