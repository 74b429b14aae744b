#include "app/commands/headless.h"

#include "app/commands/headless_run.h"
#include "app/commands/measure_command.h"
#include "app/commands/notebook_commands.h"
#include "app/commands/run_cost.h"
#include "app/files/notebook_files.h"
#include "app/files/record_rescue.h"
#include "app/files/train_outputs.h"
#include "app/host_facts.h"
#include "app/progress.h"
#include "app/stop_signal.h"
#include "app/terminal.h"
#include "engine/compute/denormals.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/final_measures.h"
#include "engine/lab/laboratory.h"
#include "engine/parts/standard_parts.h"
#include "engine/protocol/alarm.h"
#include "engine/protocol/channels.h"
#include "engine/protocol/error_text.h"
#include "engine/protocol/shown_text.h"
#include "engine/protocol/weight_record.h"
#include "engine/store/descriptor.h"
#include "engine/store/notebook_path.h"
#include "engine/store/notebook_store.h"
#include "engine/store/run_owner.h"
#include "engine/store/stored_run_reader.h"
#include "engine/train/recorder_list.h"
#include "engine/train/trainer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

/// How long all threads trained in this process and before, as the newest evaluated epoch knows it.
std::string cpu_seconds_of(const RunRecord& run) {
    if (run.samples.empty() || std::isnan(run.samples.back().cpu_seconds)) {
        return {};
    }
    const MetricSample& newest = run.samples.back();
    return fmt::format("; {:.1f} CPU seconds", newest.cpu_seconds) +
           (newest.epoch + 1 == run.epochs_trained ? std::string(" in all")
                                                   : fmt::format(" up to epoch {}", newest.epoch));
}

std::string summary(const RunRecord& run, std::int32_t first_epoch, double seconds) {
    const std::int32_t epochs = run.epochs_trained - first_epoch;
    return fmt::format("{}: {}; {} epochs in {}, {:.1f} per second", name_of(run.state),
                       run.end_text, epochs, clock_text(seconds), epochs / seconds) +
           cpu_seconds_of(run);
}

/// Waits a while for a holder that may be dying: what a killed container leaves is ended a moment
/// later, and nothing tells when its lock is free.
void wait_while_held(Notebook& notebook, StoredRunId run, const StopSignal& stop) {
    constexpr std::chrono::seconds kPatience{5};
    constexpr std::chrono::milliseconds kLookAgain{20};
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (is_held(notebook.run(run)) && !stop.received() &&
           std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(kLookAgain);
    }
}

/// The recorded run to go on with; null for a new one. Throws NotebookError.
std::shared_ptr<const StoredRun> stored_run(const TrainOptions& options, const StopSignal& stop) {
    if (options.resume.empty()) {
        return nullptr;
    }
    Notebook notebook = open_for_reading(options.notebook, stop);
    const StoredRunId number = find_run(notebook, options.resume);
    wait_while_held(notebook, number, stop);
    auto run = read_for_resuming(notebook, number, options.resume_epochs);
    tell_left_out(notebook);
    return run;
}

/// What a fork goes on from; null for no fork. Throws NotebookError.
std::shared_ptr<const BranchStart> fork_start(const TrainOptions& options, const StopSignal& stop) {
    if (options.fork.original.empty()) {
        return nullptr;
    }
    Notebook notebook = open_for_reading(options.notebook, stop);
    const StoredRunId number = find_run(notebook, options.fork.original);
    const RunConfig original = notebook.run(number).config;
    if (const std::string idle = options.fork.idle_in(original); !idle.empty()) {
        throw UsageError(idle);
    }
    RunConfig config = options.fork.applied_to(original);
    if (const std::string& donor = options.fork.embedding_from; !donor.empty()) {
        const StoredRunId other = find_run(notebook, donor);
        const std::vector<std::int32_t> epochs = notebook.weight_epochs(other);
        if (epochs.empty()) {
            throw UsageError("--embedding-from names a run without recorded weights");
        }
        config.edits.embedding_from = notebook.run(other).uuid;
        config.edits.embedding_epoch = options.fork.embedding_epoch.value_or(epochs.back());
    }
    auto start = read_for_forking(notebook, number, *options.fork.epoch, config, Recorded::kAll);
    tell_left_out(notebook);
    return start;
}

/// The epoch from which the times of the run's figures count.
std::int32_t begin_of(const StoredRun* stored, const BranchStart* fork) {
    const bool goes_on = stored != nullptr && stored->branch && stored->branch->is_fork();
    return fork != nullptr ? fork->point.epoch : goes_on ? stored->branch->epoch : 0;
}

/// Where the run is recorded; null for nowhere.
std::unique_ptr<NotebookStore> open_store(WriterOptions writer) {
    return writer.file == kNoNotebook ? nullptr
                                      : std::make_unique<NotebookStore>(std::move(writer));
}

/// Makes a recorded run ours, before it trains; why that cannot be, else an empty text.
std::string take(const StoredRun& stored, const std::string& file, const std::string& owner) try {
    Notebook notebook(file, Notebook::Access::kExisting);
    take_run(notebook, static_cast<StoredRunId>(stored.number), owner, stored.state.epoch);
    return {};
} catch (const std::exception& error) {
    return error.what();
}

/// Says, once each, when the record cannot be written and when it can again, and when it goes on in
/// another file.
class RecordTrouble {
public:
    explicit RecordTrouble(Progress& progress) : progress_(progress) {}

    void tell(const StoreStatus& status) {
        if (status.notice != noticed_) {
            noticed_ = status.notice;
            progress_.say({}); // ends the bar
            complain(noticed_);
        }
        tell(status.problem);
    }

private:
    void tell(const std::string& problem) {
        if (problem == told_) {
            return;
        }
        told_ = problem;
        progress_.say({}); // ends the bar
        if (problem.empty()) {
            progress_.say("the notebook is written again, nothing is missing");
        } else {
            complain(problem + "; the run goes on in memory and is written once that is mended");
        }
    }

    Progress& progress_;
    std::string told_;
    std::string noticed_;
};

/// Where the record is in the end; empty: nowhere.
struct FiledRecord {
    std::string file;
    bool where_wanted = true; ///< false: not where it should be
    /// Under which number; nothing after a rescue, which numbers anew.
    std::optional<StoredRunId> number = std::nullopt;
};

/// Writes the rest of the record, if there is one.
FiledRecord finish_store(NotebookStore& store, bool has_record, RecordTrouble& trouble,
                         Progress& progress) {
    const std::string problem = store.finish();
    if (problem.empty()) {
        const StoreStatus& status = store.status();
        trouble.tell(status);
        if (has_record) {
            progress.say("recorded in " + shown_line(status.file));
        }
        std::optional<StoredRunId> number;
        for (const StoredNumber& stored : status.runs) {
            if (stored.run == kOnlyRun) {
                number = static_cast<StoredRunId>(stored.number);
            }
        }
        return {status.file, !status.elsewhere, number};
    }
    const RescuedRecord rescued = rescue_record(store, problem);
    complain(rescued.sentence);
    return {rescued.file, false};
}

std::vector<int> final_frequencies_of(const std::vector<ProgressRow>& rows) {
    const auto found = std::ranges::find_if(
        rows, [](const ProgressRow& row) { return row.final_measures.has_value(); });
    return found == rows.end() ? std::vector<int>() : found->final_measures->key_frequencies;
}

/// The run in the notebook where it was filed; nothing when it cannot be found there.
std::optional<StoredRunId> number_in(Notebook& notebook, const FiledRecord& filed) {
    if (filed.number) {
        return filed.number;
    }
    const std::optional<RunSummary> rescued = notebook.last_run(); // it holds this run alone
    return rescued ? std::optional(rescued->id) : std::nullopt;
}

/// Makes the readings to which the laboratory did not come, and puts all of them and their alarms
/// into `record`. What is not made can be made later. A failure costs these figures alone.
void add_readings(const FiledRecord& filed, int threads, RunRecord& record, Progress& progress,
                  const StopSignal& stop) {
    try {
        Notebook notebook(filed.file, Notebook::Access::kExisting);
        const std::optional<StoredRunId> run = number_in(notebook, filed);
        if (!run) {
            return;
        }
        flush_denormals(); // as the pool's other threads have it
        WorkerPool pool(threads);
        bool told = false;
        const MeasuredRecord measured = measure_record(
            notebook, *run, record.config.measure, pool, stop, [&](std::int64_t, std::int64_t of) {
                if (!std::exchange(told, true)) {
                    progress.say(fmt::format("the laboratory has {} reading{} still to make", of,
                                             of == 1 ? "" : "s"));
                }
            });
        if (measured.stopped) {
            progress.say(fmt::format("stopped with {} left; `grokscope measure {}` makes them",
                                     measured.left, static_cast<std::int64_t>(*run)));
        }
        record.readings = notebook.readings(*run);
        replace_alarms(record.marks, notebook.marks(*run), [](const StoredMark& mark) {
            return event::Mark{kOnlyRun, mark.kind, mark.epoch};
        });
    } catch (const std::exception& error) {
        complain(sentence_of(error) + "; `grokscope measure` makes the readings that are missing");
    }
}

/// Measures the finished run once more, with the key frequencies it ended with, and puts that into
/// the rows of `record`. A failure costs these figures alone.
void add_final_measures(const FiledRecord& filed, int threads, RunRecord& record,
                        Progress& progress, const StopSignal& stop) {
    try {
        Notebook notebook(filed.file, Notebook::Access::kExisting);
        notebook.stop_when([&stop] { return stop.received().has_value(); });
        const std::optional<StoredRunId> found = number_in(notebook, filed);
        if (!found) {
            return;
        }
        const StoredRunId run = *found;
        flush_denormals(); // as the pool's other threads have it
        WorkerPool pool(threads);
        const int rows =
            recompute_final_measures(notebook, run, pool, [&stop] { return !stop.received(); });
        if (rows == 0) {
            return;
        }
        std::vector<ProgressRow> measured = notebook.measures(run);
        progress.say(fmt::format("{} rows measured with the final key frequencies {}", rows,
                                 fmt::join(final_frequencies_of(measured), ", ")));
        for (ProgressRow& row : record.progress) {
            const auto twin = std::ranges::find(measured, row.epoch, &ProgressRow::epoch);
            if (twin != measured.end()) {
                row.final_measures = std::move(twin->final_measures);
            }
        }
    } catch (const std::exception& error) {
        if (!stop.received()) { // else it was told to stop, and that is said elsewhere
            complain(sentence_of(error));
        }
    }
}

} // namespace

int run_train(const TrainOptions& options, const StopSignal& stop) {
    const std::string file = notebook_file(options.notebook);
    TrainOutputs files(options);
    if (!files.all_opened()) {
        return static_cast<int>(ExitCode::kBadUsage);
    }
    const Stream stream = files.need_standard_output() ? Stream::kError : Stream::kOutput;
    const ProgressStyle style = options.quiet         ? ProgressStyle::kNone
                                : is_terminal(stream) ? ProgressStyle::kBar
                                                      : ProgressStyle::kLines;
    std::shared_ptr<const StoredRun> stored;
    std::shared_ptr<const BranchStart> fork;
    try {
        stored = stored_run(options, stop);
        fork = fork_start(options, stop);
    } catch (const std::exception& error) {
        stop.check(); // then that is why
        complain(sentence_of(error));
        return static_cast<int>(ExitCode::kBadUsage);
    }
    const RunConfig config = stored ? stored->config : fork ? fork->config : options.config;
    if (const std::string why = why_not_computable_here(config); !why.empty()) {
        complain(why);
        return static_cast<int>(ExitCode::kBadUsage);
    }
    const std::int32_t first_epoch = stored ? stored->state.epoch : fork ? fork->point.epoch : 0;
    Progress progress(stream == Stream::kError ? std::cerr : std::cout, style, config,
                      terminal_columns(stream), begin_of(stored.get(), fork.get()));
    const int threads = options.threads > 0 ? options.threads : default_worker_threads();

    Channels channels;
    Doorbell woken;
    EngineParts parts = standard_engine_parts();
    WriterOptions writer = writer_options(file, threads);
    const std::string owner = writer.owner;
    const std::unique_ptr<NotebookStore> store = open_store(std::move(writer));
    RecordTrouble trouble(progress);
    if (const std::string note = note_on_default_notebook();
        !note.empty() && options.notebook.empty()) {
        complain(note);
    }
    if (store) {
        std::string problem = store->wait_until_opened();
        if (!problem.empty()) {
            problem = why_not_recorded(options.notebook, problem, MayBeNone::kYes);
        } else if (stored) {
            problem = take(*stored, store->status().file, owner);
        }
        if (!problem.empty()) {
            complain(problem);
            return static_cast<int>(ExitCode::kBadUsage);
        }
        trouble.tell(store->status());
    } else {
        parts.make_snapshot = nullptr; // nobody would look at them
        if (options.json_path.empty() && options.progress_csv_path.empty()) {
            parts.make_progress = nullptr; // rows would go nowhere
        }
    }
    if (fork) {
        progress.say(fmt::format("fork of the run {} at epoch {}: {}", options.fork.original,
                                 first_epoch, fork->point.fork));
    }
    if (const std::string cost = cost_in_words(config, first_epoch, threads); !cost.empty()) {
        progress.say(cost);
    }
    if (const std::string memory = memory_in_words(config, store != nullptr); !memory.empty()) {
        progress.say(memory);
    }
    if (const std::string spared = spared_weights_in_words(config); store && !spared.empty()) {
        progress.say(spared + " (--weights-budget)");
    }
    HeadlessRun run(channels, progress, config, first_epoch);
    if (stored) {
        tell_workplaces(stored->workplaces, run.record());
    }
    const auto began = std::chrono::steady_clock::now();
    {
        std::unique_ptr<Laboratory> laboratory;
        std::vector<Recorder*> all;
        if (store && !config.measure.empty()) {
            laboratory = std::make_unique<Laboratory>(
                channels.laboratory,
                LaboratoryOptions{.in_use = [&store] { return store->in_use_of_laboratory(); },
                                  .owner = owner,
                                  .wake_front_end = [&woken] { woken.ring(); }});
            all.push_back(&laboratory->recorder());
        }
        if (store) {
            all.push_back(&store->recorder());
        }
        RecorderList recorders(std::move(all));
        const Trainer trainer(channels, std::move(parts),
                              {.threads = threads,
                               .wake_front_end = [&woken] { woken.ring(); },
                               .recorder = store ? &recorders : nullptr,
                               .here = workplace_of(host_facts(threads))});
        if (stored) {
            run.ask(command::ResumeRun{kOnlyRun, std::move(stored), true});
        } else if (fork) {
            run.ask(command::BranchRun{kOnlyRun, fork, true});
        } else {
            run.ask(command::AddRun{kOnlyRun, config, true, options.preset});
        }
        bool stopping = false;
        while (!run.has_ended()) {
            woken.wait_until(std::chrono::steady_clock::now() + kSignalInterval);
            run.drain();
            files.grow(run.record());
            if (store) {
                trouble.tell(store->status());
            }
            if ((stop.received() || files.nobody_reads_on()) && !stopping) {
                stopping = true;
                run.ask(command::Pause{kOnlyRun});
            }
        }
    } // the trainer leaves its last state with the recorder

    if (run.was_refused()) {
        complain(run.record().end_text);
        return static_cast<int>(ExitCode::kBadUsage);
    }
    const bool failed = run.record().state == RunState::kFailed;
    // A signal that comes after the last epoch stops only what would follow it.
    const bool finished = run.record().state == RunState::kFinished;
    const bool paused = run.record().state == RunState::kPaused;
    bool stopped = paused && (stop.received() || files.nobody_reads_on());
    if (failed) {
        progress.say({}); // ends the bar
        complain(run.record().end_text);
    } else if (stopped) {
        if (stop.received()) { // else its reader has ended, which is no mistake
            progress.say(
                run.retraces()
                    ? fmt::format("stopped by signal {} while it computed its original again: "
                                  "nothing of the fork is recorded yet",
                                  *stop.received())
                    : fmt::format("stopped by signal {} before epoch {}", *stop.received(),
                                  run.record().epochs_trained));
        }
    } else {
        const std::chrono::duration<double> took =
            std::chrono::steady_clock::now() - run.retraced_at().value_or(began);
        progress.say(summary(run.record(), first_epoch, took.count()));
    }
    const FiledRecord filed =
        store ? finish_store(*store, !run.retraces(), trouble, progress) : FiledRecord{};
    if (!filed.file.empty() && finished) {
        if (!stop.received()) {
            add_final_measures(filed, threads, run.record(), progress, stop);
        }
        if (stop.received() && final_frequencies_of(run.record().progress).empty()) {
            stopped = true;
            progress.say(
                fmt::format("stopped by signal {} before the final measures", *stop.received()));
        }
    }
    if (!filed.file.empty() && !config.measure.empty() && !failed) {
        add_readings(filed, threads, run.record(), progress, stop);
    }
    const bool written = files.write(run.record(), threads, progress) && filed.where_wanted;
    if (gave_up_waiting() && stop.received()) {
        return exit_code_of(*stop.received());
    }
    if (failed || !written) {
        return static_cast<int>(ExitCode::kRunFailed);
    }
    return stopped ? exit_code_of(stop.received().value_or(SIGPIPE))
                   : static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope
