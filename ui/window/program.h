// The window as a running program: frame loop over the channels. Knows no engine, so that tests run
// it against a fake one.
// Threads: everything on the main thread; wake() from any.
#pragma once

#include "engine/protocol/channels.h"
#include "engine/protocol/run_preset.h"
#include "engine/protocol/store_status.h"
#include "engine/protocol/sweep_result.h"
#include "ui/core/file_controller.h"
#include "ui/core/ui_log.h"
#include "ui/core/view_settings.h"
#include "ui/core/view_state.h"
#include "ui/window/window.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

/// A picture or film of a recorded run that a command takes: nothing is shown, the program ends.
struct PictureOrder {
    PictureWanted wanted;
    FileTarget target;
    bool film = false;
    /// Index into kReplayRates, of a film.
    std::size_t rate = 4;
    /// Where the cursor stands; empty: at the end.
    std::optional<std::int32_t> epoch;
};

struct ProgramOptions {
    /// Runs to ask for at the start.
    std::vector<RunConfig> runs;
    /// The built-in configuration that they began as; empty: none.
    std::string preset;
    /// Whether they train at once.
    bool start = false;
    /// Threads that the trainer was made with.
    int training_threads = 1;
    /// Recorded runs to show before these; they train when told to.
    std::vector<OpenedRun> recorded;
    /// What is to be known of them, to be read in a notice; mostly empty.
    std::string notice;
    /// Saving and opening files, and the state of the notebook.
    FileControllerOptions files;
    /// What the sheet of seeds computes its table with; may be empty.
    SweepStatistics sweep_statistics;
    /// For captions.
    std::string version;
    /// The plane as a picture of it is to show it.
    std::optional<PlaneView> plane;
    /// Runs of a picture of the sheet of seeds.
    SeedsShown seeds;
    std::optional<PictureOrder> picture_order;
    /// Called when it is saved. May be empty.
    std::function<void(const file_reply::Saved&)> picture_saved;
    /// (0, 0): fits the monitor.
    Size size;
    /// Nothing: as remembered, dark at first.
    std::optional<ThemeKind> theme;
    /// Configurations to start from, for the form for a new run.
    std::vector<RunPreset> presets;
    /// Called when the user has changed the name or the notes of a run. False: not taken now, tell
    /// again. May be empty.
    std::function<bool(const store_request::Words&)> keep_words;
    /// Where theme, scale and layouts are remembered; empty: nowhere.
    std::string settings_path;
    /// Writes that file. Set where it is.
    SaveSettings save_settings;
    /// 0: the monitor's.
    float scale = 0;
    /// Takes the lines of the log; empty: no log.
    TakeLine log;
    /// Empty: the built-in shaders.
    std::string shader_folder;
    /// When set: called with the window's picture once the first run has reached `after_epoch`;
    /// the program then ends.
    std::function<void(const Picture&)> save_screenshot;
    std::int32_t after_epoch = 0;
    /// Asked every turn, a second apart at most: true ends run() as closing the window does. May be
    /// empty.
    std::function<bool()> should_end;
    /// Called on the main thread, with the layout remembered, when the connection to the display
    /// breaks; no window and no OpenGL may be touched, and the program ends when it returns. May be
    /// empty.
    std::function<void()> display_lost;
};

class Program {
public:
    /// Opens the window. `channels` outlives this. Throws DisplayError.
    Program(Channels& channels, ProgramOptions options);
    ~Program();

    /// Until the window is closed, the program is told to end, or the screenshot or the ordered
    /// picture is saved. Throws DisplayError when somebody else has destroyed the window,
    /// PictureRefused when an ordered picture is not to be had, and std::runtime_error when the run
    /// that a screenshot waits for fails before its epoch, and when an ordered picture cannot be
    /// saved.
    void run();

    /// Makes run() look at the channels soon. Any thread, while the program exists.
    static void wake() { Window::wake(); }

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope::ui
