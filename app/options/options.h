// The command line as plain structs: what to run, with which configuration.
// Threads: none; parsed once, before any thread exists.
#pragma once

#include "app/bench/benchmarks.h"
#include "app/options/fork_options.h"
#include "app/options/vary.h"
#include "engine/model/fused/kernels.h"
#include "engine/protocol/channels.h"
#include "engine/protocol/config.h"
#include "engine/protocol/inspect.h"
#include "engine/protocol/phase_plane.h"
#include "engine/protocol/theory.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace grokscope {

/// Exit codes of the program, as --help defines them; beside them exit_code_of(signal).
enum class ExitCode : int { kSuccess = 0, kRunFailed = 1, kBadUsage = 2, kNoDisplay = 3 };

enum class ThemeChoice : std::uint8_t { kDefault, kDark, kLight };

/// Size in screen coordinates.
struct WindowSize {
    int width = 1600;
    int height = 1000;
};

/// A picture or a film of a recorded run, drawn without showing a window.
struct PictureOptions {
    std::string path;
    bool overwrite = false;
    bool film = false;
    /// A panel by its name, or "window".
    std::string panel = "window";
    /// Pixels for each pixel of the window, 1..4.
    int magnification = 1;
    bool controls = true;
    /// Without a ground; not for a film.
    bool transparent = false;
    /// Index into the replay's rates, of a film.
    std::size_t rate = 4;
    /// Where the cursor stands; the end when absent.
    std::optional<std::int32_t> epoch;
};

/// The plane of a sweep, for a picture of it.
struct PlaneOptions {
    std::shared_ptr<const PlaneRuns> runs = {};
    /// Keys of the settings on its axes; empty: chosen by what there is.
    std::string across = {};
    std::string up = {};
    /// By stable groks.
    bool stable = false;
};

/// `grokscope`: the window.
struct WindowOptions {
    /// Runs to make at the start, all valid; one per --stencil given, at least one unless a
    /// recorded run is shown.
    std::vector<RunConfig> runs{RunConfig{}};
    /// The --preset that they began with, empty for none; recorded with them.
    std::string preset;
    /// Where runs are recorded; empty: the default notebook (none with --screenshot), "none":
    /// nowhere.
    std::string notebook;
    /// A recorded run to show beside them, a number or `last`; it trains when told to.
    std::string recorded;
    /// Overwrite existing files (screenshot, log).
    bool force = false;
    /// Train them at once (--start, and always with --screenshot). Otherwise they wait for Start.
    bool start = false;
    /// Worker threads inside an epoch; 0 is default_worker_threads().
    int threads = 0;
    /// Save the window here once the first run has reached `after_epoch`, then exit 0; empty: no.
    std::string screenshot_path;
    int after_epoch = 0;
    /// One JSON line per event (ui.md section 16); empty: no log.
    std::string ui_log_path;
    /// Instead of a window on `recorded`, a picture of it.
    std::optional<PictureOptions> picture;
    /// What that picture shows, when it is one of a sweep's plane.
    std::optional<PlaneOptions> plane;
    /// Likewise of one of a sweep's seeds.
    std::shared_ptr<const std::vector<SweepRun>> seeds;
    std::optional<WindowSize> size;
    ThemeChoice theme = ThemeChoice::kDefault;
    /// Content scale, 1 is 100 %; 0 is the monitor's own.
    double scale = 0;
    /// Read shaders from this folder instead of the built-in ones, and reload them when they
    /// change; empty: built in.
    std::string shader_folder;
    /// For tests: rings as small as one slot.
    ChannelSizes channel_sizes;
};

/// `grokscope train`: one run with no window.
struct TrainOptions {
    RunConfig config;
    /// The --preset that it began with, empty for none; recorded with the run.
    std::string preset;
    /// Worker threads inside an epoch; 0 is default_worker_threads().
    int threads = 0;
    /// Best instruction set to use; absent: the machine's best.
    std::optional<fused::SimdLevel> simd;
    /// Where to write the metrics when the run ends; empty: nowhere.
    std::string csv_path;
    std::string json_path;
    std::string progress_csv_path;
    /// Where to write the metrics as they come, one JSON object a line; empty: nowhere.
    std::string jsonl_path;
    /// Overwrite existing files.
    bool force = false;
    /// Print nothing but errors.
    bool quiet = false;
    /// Where the run is recorded; empty: the default notebook, "none": nowhere.
    std::string notebook;
    /// Goes on with this recorded run, a number or `last`, instead of `config`; empty: a new run.
    std::string resume;
    /// With `resume`: another limit than the one planned.
    std::optional<std::int32_t> resume_epochs;
    /// A fork of a recorded run instead of `config`.
    ForkOptions fork;
};

/// `grokscope sweep`.
struct SweepOptions {
    /// Every run, in order; valid, at least one.
    std::vector<RunConfig> configs;
    /// Settings in which they differ beside seed, stencil and control; at most kMostVaried.
    std::vector<VariedSetting> varied;
    /// As in TrainOptions.
    std::string preset;
    std::string notebook;
    std::string csv_path;
    std::string json_path;
    std::string grid_path; ///< for the cells of `varied`; empty: none
    /// The window that draws their picture, `plane` or `seeds` yet to be filled; nothing: none is
    /// wanted.
    std::optional<WindowOptions> picture;
    bool force = false;
    int threads = 0;
    /// Trains only the runs whose index leaves `shard` modulo `shards`, 0 <= shard < shards.
    int shard = 0;
    int shards = 1;
};

/// `grokscope list`. In this and the following, `notebook` empty is the default one.
struct ListOptions {
    std::string notebook;
    /// Print JSON instead of a table.
    bool json = false;
};

/// `grokscope show RUN`.
struct ShowOptions {
    std::string notebook;
    std::string run;
    /// Print JSON instead of text.
    bool json = false;
};

/// `grokscope rename RUN NAME`.
struct RenameOptions {
    std::string notebook;
    std::string run;
    /// Empty: none.
    std::string name;
};

/// `grokscope tag RUN [TAG...]`; with neither tags to add nor to remove it lists them.
struct TagOptions {
    std::string notebook;
    std::string run;
    std::vector<std::string> tags;
    std::vector<std::string> removed;
};

/// `grokscope delete RUN`.
struct DeleteOptions {
    std::string notebook;
    std::string run;
    bool without_question = false;
};

/// `grokscope verify RUN`.
struct VerifyOptions {
    std::string notebook;
    std::string run;
    /// Worker threads inside an epoch; 0 is default_worker_threads().
    int threads = 0;
    /// Best instruction set to use; absent: the machine's best.
    std::optional<fused::SimdLevel> simd;
    /// Print nothing but the answer and errors.
    bool quiet = false;
};

enum class ExportFormat : std::uint8_t {
    kCsv,
    kProgressCsv,
    kJson,
    kToml,
    kNpz,
    kPt,
    kStructure, ///< what is read off weights
    kSpectra,
    kNotebook
};

/// Whether it is of the weights of one epoch.
[[nodiscard]] constexpr bool is_of_weights(ExportFormat format) {
    return format == ExportFormat::kNpz || format == ExportFormat::kPt ||
           format == ExportFormat::kStructure;
}

/// `grokscope export RUN --to FORMAT`.
struct ExportOptions {
    std::string notebook;
    std::string run;
    ExportFormat format = ExportFormat::kCsv;
    /// With is_of_weights() of the format: those recorded at this epoch; the newest state when
    /// absent.
    std::optional<std::int32_t> epoch;
    /// Those of the recorded epoch nearest to `epoch`, where there are none of it.
    bool nearest = false;
    /// Weights of all recorded epochs, each in a file of its own.
    bool all_epochs = false;
    bool transformer_lens = false;
    std::string path;
    bool force = false;
};

/// `grokscope inspect RUN`.
struct InspectOptions {
    std::string notebook;
    std::string run;
    /// The newest recorded weights of this epoch or before; the newest state when absent.
    std::optional<std::int32_t> epoch;
    /// What to take out; its `heads` are empty, since their number is the run's.
    Ablation ablation;
    std::vector<int> zero_heads;
    std::vector<int> mean_heads;
    std::optional<NumberPair> pair;
    std::vector<int> clock_frequencies;
    /// Print JSON instead of text.
    bool json = false;
    /// With `json`: also what is known of every pair.
    bool grids = false;
    /// Instead of all that: the loss on lines away from the weights.
    bool valley = false;
};

/// `grokscope measure RUN`.
struct MeasureOptions {
    std::string notebook;
    /// A number, `last`, or `all`.
    std::string run;
    /// Empty: all there are.
    std::vector<std::string> instruments;
    /// Epochs between readings; 0: as the run has it, else as is usual.
    int every = 0;
    /// Worker threads; 0 is default_worker_threads().
    int threads = 0;
    /// List the instruments, and nothing else.
    bool list = false;
    bool quiet = false;
};

/// `grokscope warnings`.
struct WarningsOptions {
    std::string notebook;
    /// Where to write each outcome; empty: nowhere.
    std::string csv_path;
    bool force = false;
};

/// `grokscope path RUN`.
struct PathOptions {
    std::string notebook;
    /// A number, or `last`.
    std::string run;
    /// Where to write every figure; empty: nowhere.
    std::string csv_path;
    bool force = false;
};

/// `grokscope sfm`.
struct SfmOptions {
    SfmSettings settings;
    /// Where to write the iterations; empty: nowhere.
    std::string csv_path;
    bool force = false;
    /// Print JSON instead of text.
    bool json = false;
};

/// `grokscope collapse RUN`.
struct CollapseOptions {
    std::string notebook;
    /// A number, `last` or `all`.
    std::string run;
    /// Where to write each figure of each run; empty: nowhere.
    std::string csv_path;
    bool force = false;
};

/// `grokscope import FILE`.
struct ImportOptions {
    std::string notebook;
    std::string file;
};

/// --help and --version: print to standard output, exit 0.
struct PrintText {
    std::string text;
};

using Invocation =
    std::variant<WindowOptions, TrainOptions, BenchOptions, SweepOptions, ListOptions, ShowOptions,
                 RenameOptions, TagOptions, DeleteOptions, VerifyOptions, ExportOptions,
                 ImportOptions, InspectOptions, MeasureOptions, WarningsOptions, CollapseOptions,
                 PathOptions, SfmOptions, PrintText>;

/// Every mistake of a command line, one sentence per line.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What the command line asks for; arguments without the program's name. Throws UsageError, which
/// names all mistakes at once.
[[nodiscard]] Invocation parse_command_line(std::span<const std::string> arguments);

} // namespace grokscope
