// The window as a running program: frame loop over the channels. Knows no engine, so that tests run
// it against a fake one.
// Threads: everything on the main thread; wake() from any.
#pragma once

#include "engine/protocol/channels.h"
#include "engine/protocol/run_preset.h"
#include "engine/protocol/store_status.h"
#include "ui/view_state.h"
#include "ui/window.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {
struct StoredRun;
}

namespace grokscope::ui {

/// RGBA bytes, top row first.
struct Image {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;
};

struct ProgramOptions {
    /// Runs to ask for at the start.
    std::vector<RunConfig> runs;
    /// Whether they train at once.
    bool start = false;
    /// Recorded runs to show before these; they train when told to.
    std::vector<std::shared_ptr<const StoredRun>> recorded;
    /// What the user should know about the record, one sentence; empty when all is well. Asked
    /// before each frame, on the main thread; a new sentence is put into the banner. May be empty.
    std::function<std::string()> record_trouble;
    /// (0, 0): fits the monitor.
    Size size;
    /// Nothing: as remembered, dark at first.
    std::optional<ThemeKind> theme;
    /// Configurations to start from, for the form for a new run.
    std::vector<RunPreset> presets;
    /// Called when the user has changed the name or the notes of a run: all of them, in place of
    /// what was told before. False: not taken now, tell again. May be empty.
    std::function<bool(const store_request::Words&)> keep_words;
    /// Where theme, scale and layouts are remembered; empty: nowhere.
    std::string settings_path;
    /// 0: the monitor's.
    float scale = 0;
    /// Empty: no log.
    std::string ui_log_path;
    /// Empty: the built-in shaders.
    std::string shader_folder;
    /// When set: called with the window's picture once the first run has reached `after_epoch`;
    /// the program then ends.
    std::function<void(const Image&)> save_screenshot;
    std::int32_t after_epoch = 0;
};

class Program {
public:
    /// Opens the window. `channels` outlives this. Throws DisplayError, and std::runtime_error when
    /// the log cannot be written.
    Program(Channels& channels, ProgramOptions options);
    ~Program();

    /// Until the window is closed or the screenshot is saved. Throws std::runtime_error when the
    /// run that a screenshot waits for fails before its epoch.
    void run();

    /// Makes run() look at the channels soon. Any thread, while the program exists.
    static void wake() { Window::wake(); }

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope::ui
