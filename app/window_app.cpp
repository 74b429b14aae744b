#include "app/window_app.h"

#include "app/built_in_race.h"
#include "app/commands/notebook_commands.h"
#include "app/commands/sweep_statistics.h"
#include "app/files/file_worker.h"
#include "app/files/notebook_files.h"
#include "app/files/record_rescue.h"
#include "app/files/settings_path.h"
#include "app/files/user_folders.h"
#include "app/files/window_files.h"
#include "app/host_facts.h"
#include "app/options/presets.h"
#include "app/terminal.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/inspector.h"
#include "engine/inspect/notebook_archive.h"
#include "engine/lab/laboratory.h"
#include "engine/parts/standard_parts.h"
#include "engine/protocol/channels.h"
#include "engine/protocol/error_text.h"
#include "engine/protocol/shown_text.h"
#include "engine/store/notebook_path.h"
#include "engine/store/notebook_store.h"
#include "engine/store/plane_runs.h"
#include "engine/store/run_owner.h"
#include "engine/store/stored_run_reader.h"
#include "engine/theory/theorist.h"
#include "engine/train/engine_parts.h"
#include "engine/train/recorder_list.h"
#include "engine/train/trainer.h"
#include "ui/views/list.h"
#include "ui/window/program.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
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
    program.preset = options.preset;
    program.start = options.start || !options.screenshot_path.empty();
    if (options.size) {
        program.size = {options.size->width, options.size->height};
    }
    if (options.theme != ThemeChoice::kDefault) {
        program.theme =
            options.theme == ThemeChoice::kLight ? ui::ThemeKind::kLight : ui::ThemeKind::kDark;
    }
    // A picture must not depend on who takes it.
    if (options.screenshot_path.empty() && !options.picture) {
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
        require_picture_target(options.picture->path, overwrite_if(options.picture->overwrite));
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
    if (options.plane) {
        program.plane = ui::PlaneView{.choice = {.across = options.plane->across,
                                                 .up = options.plane->up,
                                                 .stable = options.plane->stable},
                                      .runs = options.plane->runs};
    }
    program.seeds = options.seeds;
    if (!options.screenshot_path.empty()) {
        program.after_epoch = options.after_epoch;
        program.save_screenshot = screenshot_to(options.screenshot_path, overwrite);
    }
    return program;
}

/// The notebook to write; kNoNotebook for none. Throws when runs are to train at once and cannot be
/// recorded; else the window itself says so, before anybody has started one.
std::string record_file(const WindowOptions& options) {
    const bool picture_only = !options.screenshot_path.empty() && options.notebook.empty();
    if (picture_only) {
        return kNoNotebook;
    }
    if (!options.start && options.notebook.empty() && default_notebook() == kNoNotebook) {
        return kNoNotebook; // note_on_default_notebook() says so
    }
    std::string file = notebook_file(options.notebook);
    if (options.start && file != kNoNotebook) {
        (void)open_for_recording(options.notebook);
    }
    return file;
}

/// Reads the recorded run that was asked for, and finds those that were cut off, to be offered.
/// Throws NotebookError when the run cannot be shown.
void read_notebook(const WindowOptions& options, const std::string& file,
                   ui::ProgramOptions& program, const StopSignal& stop) {
    std::error_code ignored;
    if (!options.recorded.empty()) {
        Notebook notebook = open_for_reading(options.notebook, stop);
        const std::vector<StoredRunId> viewed = find_viewed(notebook, options.recorded);
        std::vector<std::string> problems;
        for (const StoredRunId run : viewed) {
            const auto number = static_cast<std::int64_t>(run);
            try {
                program.recorded.push_back({read_for_viewing(notebook, run),
                                            {file, number},
                                            words_of(notebook, run),
                                            other_trainer_of(notebook.run(run))});
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
        if (options.picture && options.picture->panel == ui::kPlaneInfo.name) {
            program.plane =
                ui::PlaneView{.runs = std::make_shared<const PlaneRuns>(plane_runs(notebook))};
        }
        if (options.picture && options.picture->panel == ui::kSeedsInfo.name) {
            std::vector<SweepRun> runs;
            for (PlaneRun& run : plane_runs(notebook).runs) {
                if (run.over) {
                    runs.push_back(std::move(run.run));
                }
            }
            program.seeds = std::make_shared<const std::vector<SweepRun>>(std::move(runs));
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

/// The window with the engine behind it.
class WindowSession {
public:
    WindowSession(const WindowOptions& options, std::string file, const StopSignal& stop)
        : options_(options), file_(std::move(file)), stop_(stop) {}

    /// Until the window is closed, a signal came, or the display is gone; the exit code. The record
    /// is complete then. Throws ui::DisplayError when there is no window to begin with.
    int run(ui::ProgramOptions program_options) {
        open(std::move(program_options));
        try {
            program_->run();
        } catch (const ui::DisplayError& error) {
            complain(error.what());
            return end(static_cast<int>(ExitCode::kNoDisplay));
        }
        const std::optional<int> signal = stop_.received();
        return end(signal ? exit_code_of(*signal) : static_cast<int>(ExitCode::kSuccess));
    }

private:
    void open(ui::ProgramOptions options) {
        const int threads = options_.threads > 0 ? options_.threads : default_worker_threads();
        const HostFacts facts = host_facts(threads);
        const KnownFolders folders = known_folders();
        options.version = facts.program_version;
        options.training_threads = threads;
        options.sweep_statistics = &sweep_rows;
        options.files.channels = &file_channels_;
        options.files.folders = {folders.documents, folders.pictures, folders.videos};
        options.files.store_status = [this] { return store_ ? &store_->status() : nullptr; };
        options.files.ask_store = [this](StoreRequest request) {
            return store_ && store_->ask(std::move(request));
        };
        options.keep_words = [this](const store_request::Words& words) {
            return store_ == nullptr || store_->ask(words);
        };
        if (options_.notebook.empty() && options_.screenshot_path.empty() && !options_.picture) {
            options.notice += note_on_default_notebook();
        }
        options.should_end = [this] { return stop_.received().has_value(); };
        options.display_lost = [this] { end_without_display(); };
        program_ = std::make_unique<ui::Program>(channels_, std::move(options));
        worker_ = std::make_unique<FileWorker>(
            file_channels_, FileWorkerOptions{.facts = facts,
                                              .race = built_in_race(),
                                              .wake_front_end = &ui::Program::wake});
        InspectorOptions inspection;
        inspection.wake_front_end = &ui::Program::wake;
        std::string owner;
        if (file_ != kNoNotebook && !options_.picture) {
            WriterOptions writer = writer_options(file_, threads);
            writer.wake_front_end = &ui::Program::wake;
            owner = writer.owner;
            inspection.archive = std::make_unique<NotebookArchive>(
                [this] { return store_->in_use(); }, writer.owner);
            store_ = std::make_unique<NotebookStore>(std::move(writer));
        } else if (file_ != kNoNotebook) {
            // A picture, of what the notebook holds; nothing is recorded.
            inspection.archive = std::make_unique<NotebookArchive>(
                [this] {
                    return NotebookInUse{file_, {}};
                },
                std::string());
        }
        inspector_ = std::make_unique<Inspector>(channels_.inspect, std::move(inspection));
        theorist_ = std::make_unique<Theorist>(
            channels_.theory, TheoristOptions{.wake_front_end = &ui::Program::wake});
        std::vector<Recorder*> recorders{&inspector_->recorder()};
        if (store_) {
            laboratory_ = std::make_unique<Laboratory>(
                channels_.laboratory,
                LaboratoryOptions{.in_use = [this] { return store_->in_use_of_laboratory(); },
                                  .owner = owner,
                                  .wake_front_end = &ui::Program::wake});
            recorders.push_back(&laboratory_->recorder());
            recorders.push_back(&store_->recorder());
        }
        recorders_ = std::make_unique<RecorderList>(std::move(recorders));
        trainer_ = std::make_unique<Trainer>(channels_, standard_engine_parts(),
                                             TrainerOptions{.threads = threads,
                                                            .wake_front_end = &ui::Program::wake,
                                                            .recorder = recorders_.get(),
                                                            .here = workplace_of(facts),
                                                            .keeps_states = true});
    }

    /// Ends the training and completes the record; the exit code, `code` unless that fails.
    int end(int code) {
        theorist_.reset();
        trainer_.reset(); // leaves its last state with the recorders
        inspector_.reset();
        laboratory_.reset();
        std::string problem = store_ ? store_->finish() : std::string();
        if (!problem.empty()) {
            problem = rescue_record(*store_, problem).sentence;
        }
        store_.reset(); // it wakes the window, too
        if (problem.empty()) {
            return code;
        }
        complain(problem);
        return static_cast<int>(ExitCode::kRunFailed);
    }

    /// From within the window system's library, which would end the program when this returns, and
    /// with which nothing can be done any more.
    [[noreturn]] void end_without_display() {
        worker_.reset();
        const int code = end(static_cast<int>(ExitCode::kNoDisplay));
        complain("the display is gone, so the window is closed");
        std::fflush(nullptr);
        std::_Exit(code);
    }

    const WindowOptions& options_;
    const std::string file_;
    const StopSignal& stop_;
    FileChannels file_channels_;
    Channels channels_{options_.channel_sizes};
    // All of them wake the window, so they go before it does.
    std::unique_ptr<ui::Program> program_;
    std::unique_ptr<FileWorker> worker_;
    std::unique_ptr<NotebookStore> store_;
    std::unique_ptr<Theorist> theorist_;
    std::unique_ptr<Inspector> inspector_;
    std::unique_ptr<Laboratory> laboratory_;
    std::unique_ptr<RecorderList> recorders_;
    std::unique_ptr<Trainer> trainer_;
};

} // namespace

int run_window(const WindowOptions& options, const StopSignal& stop) {
    const std::string file = record_file(options);
    ui::ProgramOptions program_options;
    try {
        program_options = options_of(options);
        read_notebook(options, file, program_options, stop);
    } catch (const std::exception& error) {
        stop.check(); // then that is why
        complain(sentence_of(error));
        return static_cast<int>(ExitCode::kBadUsage);
    }
    try {
        return WindowSession(options, file, stop).run(std::move(program_options));
    } catch (const ui::PictureRefused& refused) {
        complain(refused.what());
        return static_cast<int>(ExitCode::kBadUsage);
    } catch (const ui::DisplayError& error) {
        complain(error.what());
        return static_cast<int>(ExitCode::kNoDisplay);
    }
}

} // namespace grokscope
