#include "app/commands/sweep.h"

#include "app/commands/headless.h"
#include "app/commands/notebook_commands.h"
#include "app/commands/phase_grid.h"
#include "app/commands/run_cost.h"
#include "app/commands/sweep_json.h"
#include "app/commands/sweep_statistics.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/shown_text.h"
#include "engine/protocol/weight_record.h"
#include "engine/store/config_json.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_path.h"
#include "engine/store/output_file.h"
#include "engine/store/plane_runs.h"
#include "engine/store/recorded_runs.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

SweepRun outcome_of(Notebook& notebook, const RunSummary& run,
                    const std::map<StoredRunId, double>& collapse) {
    SweepRun outcome = marked_run(notebook, run);
    if (const auto measured = collapse.find(run.id); measured != collapse.end()) {
        outcome.softmax_collapse = measured->second;
    }
    for (const MetricSample& sample : notebook.metrics(run.id)) {
        outcome.lasting.observe(sample);
        if (outcome.grok_epoch == sample.epoch) {
            outcome.wall_seconds = sample.wall_seconds;
            outcome.cpu_seconds = sample.cpu_seconds;
        }
    }
    return outcome;
}

/// The notebook, which is there, to be read: nothing trains when it cannot be.
Notebook open_recorded(const SweepOptions& options, const std::string& file) try {
    return {file, Notebook::Access::kReadOnly};
} catch (const NotebookError& error) {
    throw NotebookError(error.problem(),
                        why_not_recorded(options.notebook, error.what(), MayBeNone::kNo));
}

/// What the notebook holds, if it is there.
RecordedRuns recorded_runs(const SweepOptions& options, const std::string& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        return {};
    }
    Notebook notebook = open_recorded(options, file);
    return RecordedRuns(notebook);
}

/// A repeated sweep begins with the first run that is not there yet: says why.
void tell_recorded(const SweepOptions& options, const RecordedRuns& recorded, std::ostream& out) {
    const auto done = std::ranges::count_if(
        options.configs, [&](const RunConfig& config) { return is_done(recorded.find(config)); });
    if (done > 0) {
        out << done << " of " << options.configs.size() << (done == 1 ? " run is" : " runs are")
            << " recorded already\n";
    }
}

bool is_of_shard(const SweepOptions& options, std::size_t index) {
    return static_cast<int>(index) % options.shards == options.shard;
}

/// What the runs of this shard that are still to be trained cost, and where their weights are
/// recorded less often than asked for.
void tell_cost(const SweepOptions& options, const RecordedRuns& recorded, std::ostream& out) {
    std::vector<RunConfig> left;
    std::set<std::string> spared;
    std::set<std::string> memory;
    for (std::size_t i = 0; i < options.configs.size(); ++i) {
        const RunConfig& config = options.configs[i];
        if (is_of_shard(options, i) && !is_done(recorded.find(config))) {
            left.push_back(config);
            spared.insert(spared_weights_in_words(config));
            memory.insert(memory_in_words(config, true));
        }
    }
    if (const std::string cost = cost_in_words(left); !cost.empty()) {
        out << cost << std::endl; // now: training takes a while
    }
    for (const std::string& words : memory) {
        if (!words.empty()) {
            out << words << std::endl;
        }
    }
    for (const std::string& words : spared) {
        if (!words.empty()) {
            out << words << " (--weights-budget)" << std::endl;
        }
    }
}

/// Whether the record says that the run has failed, and is complete.
bool has_failed(const std::string& file, const RunConfig& config) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        return false;
    }
    Notebook notebook(file, Notebook::Access::kReadOnly);
    const RecordedRuns recorded(notebook);
    const RunSummary* const run = recorded.find(config);
    return run != nullptr && run->state == RunState::kFailed;
}

/// Trains one configuration to its end, which may be a failure; an exit code.
int train(const SweepOptions& options, const std::string& file, const RunConfig& config,
          std::size_t index, std::ostream& out, const StopSignal& stop) {
    TrainOptions train;
    train.config = config;
    train.preset = options.preset;
    train.threads = options.threads;
    train.notebook = file;
    train.quiet = true;
    std::string how = "trains";
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        Notebook notebook = open_recorded(options, file);
        const RecordedRuns recorded(notebook); // anew: another process may sweep here, too
        const RunSummary* const run = recorded.find(config);
        if (is_done(run)) {
            return static_cast<int>(ExitCode::kSuccess);
        }
        if (run != nullptr && notebook.usable_checkpoint(run->id)) {
            train.resume = std::to_string(number(run->id));
            how = "goes on from epoch " + std::to_string(run->epoch);
        }
    }
    (void)open_for_recording(options.notebook);
    std::string settings;
    for (const VariedSetting& varied : options.varied) {
        settings +=
            ", " + std::string(varied.setting->key) + " " + value_text(*varied.setting, config);
    }
    out << index + 1 << " of " << options.configs.size() << ": seed " << config.seed << ", "
        << config.label() << settings << " " << how << std::endl;
    const int code = run_train(train, stop);
    // A run that failed is a result; a record that could not be written ends the sweep.
    return code == static_cast<int>(ExitCode::kRunFailed) && has_failed(file, config)
               ? static_cast<int>(ExitCode::kSuccess)
               : code;
}

/// The file that an option names; null when it names none. Throws UsageError.
std::unique_ptr<OutputFile> open_result(const std::string& path, const SweepOptions& options,
                                        const std::string& notebook) {
    if (path.empty()) {
        return nullptr;
    }
    std::unique_ptr<OutputFile> file = open_target(path, options.force);
    try {
        require_apart(*file, notebook);
    } catch (const std::exception& error) {
        throw UsageError("grokscope: " + std::string(error.what()));
    }
    return file;
}

/// Writes it, and says where it is.
void commit(OutputFile& file, const std::string& content, std::ostream& out) {
    file.commit(content);
    if (!file.is_standard_output()) {
        out << "wrote " << shown_line(file.target().string()) << '\n';
    }
}

/// The window that draws the plane of these runs, begun and not; without settings to vary the pairs
/// of `runs`, those that are over.
WindowOptions picture_of(const SweepOptions& options, Notebook& notebook,
                         const std::vector<SweepRun>& runs) {
    WindowOptions picture = *options.picture;
    picture.notebook = options.notebook;
    if (options.varied.empty()) {
        picture.seeds = std::make_shared<const std::vector<SweepRun>>(runs);
        return picture;
    }
    PlaneRuns all = plane_runs(notebook);
    std::unordered_map<std::string, PlaneRun> recorded;
    for (PlaneRun& run : all.runs) {
        recorded.emplace(config_to_json(run.run.config), std::move(run));
    }
    PlaneRuns own{.file = all.file, .runs = {}};
    for (const RunConfig& config : options.configs) {
        if (const auto run = recorded.find(config_to_json(config)); run != recorded.end()) {
            own.runs.push_back(run->second);
        } else {
            own.planned.push_back(config);
        }
    }
    picture.plane =
        PlaneOptions{.runs = std::make_shared<const PlaneRuns>(std::move(own)),
                     .across = std::string(options.varied.back().setting->key),
                     .up = options.varied.size() > 1 ? std::string(options.varied[0].setting->key)
                                                     : std::string(),
                     .stable = options.configs.front().stop_when_stable};
    return picture;
}

} // namespace

int run_sweep(const SweepOptions& options, const StopSignal& stop,
              const std::function<int(const WindowOptions&)>& save_picture) {
    const std::string file = notebook_file(options.notebook);
    if (file == kNoNotebook) {
        throw UsageError("grokscope: a sweep needs a notebook in a file, to be able to go on; name "
                         "one with --notebook FILE");
    }
    const std::unique_ptr<OutputFile> csv = open_result(options.csv_path, options, file);
    const std::unique_ptr<OutputFile> json = open_result(options.json_path, options, file);
    const std::unique_ptr<OutputFile> grid = open_result(options.grid_path, options, file);
    // The window writes it; whether it can is found out before anything trains.
    std::unique_ptr<OutputFile> png =
        open_result(options.picture ? options.picture->picture->path : "", options, file);
    const std::array results{csv.get(), json.get(), grid.get(), png.get()};
    bool to_standard_output = false;
    for (std::size_t i = 0; i < results.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (results[i] && results[j] && results[i]->is_same_file(*results[j])) {
                throw UsageError(
                    "grokscope: two of --csv, --json, --grid and --png name the same file; "
                    "name another for one of them");
            }
        }
        to_standard_output = to_standard_output || (results[i] && results[i]->is_standard_output());
    }
    std::ostream& out = to_standard_output ? std::cerr : std::cout;
    const RecordedRuns earlier = recorded_runs(options, file);
    tell_recorded(options, earlier, out);
    tell_cost(options, earlier, out);
    for (std::size_t i = 0; i < options.configs.size(); ++i) {
        if (!is_of_shard(options, i)) {
            continue;
        }
        // One signal stops all: it may have come when a run was over and the next not begun.
        const int code = stop.received() ? exit_code_of(*stop.received())
                         : is_done(earlier.find(options.configs[i]))
                             ? static_cast<int>(ExitCode::kSuccess)
                             : train(options, file, options.configs[i], i, out, stop);
        if (code != 0) {
            if (stop.received()) {
                out << "stopped; the same command goes on from here\n";
            }
            return code;
        }
    }
    Notebook notebook(file, Notebook::Access::kReadOnly);
    const RecordedRuns all(notebook);
    const std::map<StoredRunId, double> collapse = notebook.newest_readings(kSoftmaxCollapse);
    std::vector<SweepRun> runs;
    std::string failures;
    for (const RunConfig& config : options.configs) {
        if (const RunSummary* const recorded = all.find(config); is_done(recorded)) {
            runs.push_back(outcome_of(notebook, *recorded, collapse));
            if (runs.back().failed) {
                failures += "failed: " + recorded->state_text + "; `train --resume " +
                            std::to_string(number(recorded->id)) + "` tries again\n";
            }
        }
    }
    tell_left_out(notebook);
    const std::vector<SweepRow> rows = sweep_rows(runs);
    out << sweep_table(rows) << failures;
    const std::vector<PhaseGrid> grids =
        options.varied.empty() ? std::vector<PhaseGrid>() : phase_grids(runs, options.varied);
    if (!grids.empty()) {
        out << phase_table(grids);
    }
    if (!grids.empty() && options.configs.front().stop_when_stable) {
        out << "By stable groks:\n" << phase_table(grids, &PhaseGrid::stable_cells);
    }
    if (runs.size() < options.configs.size()) {
        out << runs.size() << " of " << options.configs.size()
            << " runs are in the notebook so far\n";
    }
    if (csv) {
        commit(*csv, sweep_csv(rows), out);
    }
    if (grid) {
        commit(*grid, phase_csv(grids), out);
    }
    if (json) {
        commit(*json,
               sweep_json(rows,
                          [&](const RunConfig& config) {
                              const RunSummary& run = *all.find(config);
                              return SweepIdentity{number(run.id), run.uuid};
                          }),
               out);
    }
    if (options.picture) {
        png.reset();
        if (const int code = save_picture(picture_of(options, notebook, runs)); code != 0) {
            return code;
        }
    }
    return static_cast<int>(failures.empty() ? ExitCode::kSuccess : ExitCode::kRunFailed);
}

} // namespace grokscope
