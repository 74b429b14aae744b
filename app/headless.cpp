#include "app/headless.h"

#include "app/host_facts.h"
#include "app/progress.h"
#include "app/stop_signal.h"
#include "app/terminal.h"
#include "engine/compute/worker_pool.h"
#include "engine/protocol/channels.h"
#include "engine/reference/standard_parts.h"
#include "engine/store/export.h"
#include "engine/store/output_file.h"
#include "engine/store/progress_table.h"
#include "engine/train/trainer.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

namespace grokscope {

namespace {

constexpr RunId kRun{1};
/// A signal is noticed within this time; a handler may not ring the bell itself.
constexpr std::chrono::milliseconds kSignalInterval{100};

void complain(const std::string& sentence) {
    std::cerr << "grokscope: " << sentence << '\n';
}

/// The files asked for. Both are tried before giving up, so that every mistake is named.
class OutputFiles {
public:
    explicit OutputFiles(const TrainOptions& options)
        : csv_(open(options.csv_path, options)), json_(open(options.json_path, options)),
          progress_csv_(open(options.progress_csv_path, options)) {}

    [[nodiscard]] bool all_opened() const { return all_opened_; }

    /// True when all were written. Says where they are.
    [[nodiscard]] bool write(const RunRecord& run, int threads, Progress& progress) {
        bool written = true;
        written &= commit(
            csv_, [&] { return to_csv(run); }, progress);
        written &= commit(
            json_, [&] { return to_json(run, host_facts(threads)); }, progress);
        written &= commit(
            progress_csv_, [&] { return progress_csv(run.progress); }, progress);
        return written;
    }

private:
    std::unique_ptr<OutputFile> open(const std::string& path, const TrainOptions& options) {
        if (path.empty()) {
            return nullptr;
        }
        try {
            return std::make_unique<OutputFile>(path,
                                                options.force ? Overwrite::kYes : Overwrite::kNo);
        } catch (const std::exception& error) {
            complain(error.what());
            all_opened_ = false;
            return nullptr;
        }
    }

    template <typename MakeText>
    static bool commit(std::unique_ptr<OutputFile>& file, MakeText make_text, Progress& progress) {
        if (!file) {
            return true;
        }
        try {
            file->commit(make_text());
            progress.say("wrote " + file->target().string());
            return true;
        } catch (const std::exception& error) {
            complain(error.what());
            return false;
        }
    }

    bool all_opened_ = true; // before the files: open() clears it
    std::unique_ptr<OutputFile> csv_;
    std::unique_ptr<OutputFile> json_;
    std::unique_ptr<OutputFile> progress_csv_;
};

/// The front end's side of the channels: keeps the record, tells the progress.
class HeadlessRun {
public:
    HeadlessRun(Channels& channels, Progress& progress, const RunConfig& config)
        : channels_(channels), progress_(progress) {
        record_.config = config;
    }

    void ask(CommandBody body) {
        Command command{++last_command_, std::move(body)};
        // Few commands, a large ring: a full one is a bug and not a reason to wait.
        if (!channels_.commands.try_push(command)) {
            throw std::logic_error("the trainer does not take commands");
        }
        channels_.ring_doorbell();
    }

    /// Takes in all that has come.
    void drain() {
        while (const std::optional<Event> event = channels_.events.try_pop()) {
            std::visit([this](const auto& body) { take(body); }, *event);
        }
        while (const std::optional<MetricSample> sample = channels_.metrics.try_pop()) {
            record_.samples.push_back(*sample);
            progress_.show(*sample, Progress::Clock::now());
        }
        while (std::optional<ProgressRow> row = channels_.progress.try_pop()) {
            record_.progress.push_back(std::move(*row));
        }
    }

    /// No further epoch will come: finished, failed, paused, or never accepted.
    [[nodiscard]] bool has_ended() const { return refused_ || ended_; }
    [[nodiscard]] const RunRecord& record() const { return record_; }
    /// The trainer refused the run; the text says why.
    [[nodiscard]] bool was_refused() const { return refused_; }

private:
    void take(const Acknowledgement& answer) {
        // Only adding the run matters: a pause that comes too late is refused rightly.
        if (!answer.accepted && answer.number == 1) {
            refused_ = true;
            record_.end_text = answer.reason;
        }
    }
    void take(const event::RunAdded& added) {
        record_.step_description = added.step_description;
        progress_.begin(added.step_description);
    }
    void take(const event::StateChanged& change) {
        record_.state = change.state;
        record_.epochs_trained = change.epoch;
        record_.end_text = change.text;
        ended_ = change.state != RunState::kIdle && change.state != RunState::kRunning;
    }
    void take(const event::Mark& mark) {
        record_.marks.push_back(mark);
        progress_.show(mark);
    }
    void take(const event::RunReset&) {} // nobody here asks for one

    Channels& channels_;
    Progress& progress_;
    RunRecord record_;
    std::uint64_t last_command_ = 0;
    bool refused_ = false;
    bool ended_ = false;
};

std::string summary(const RunRecord& run, double seconds) {
    return fmt::format("{}: {}; {} epochs in {}, {:.1f} per second", name_of(run.state),
                       run.end_text, run.epochs_trained, clock_text(seconds),
                       run.epochs_trained / seconds);
}

} // namespace

int run_train(const TrainOptions& options) {
    OutputFiles files(options);
    if (!files.all_opened()) {
        return static_cast<int>(ExitCode::kBadUsage);
    }
    const ProgressStyle style = options.quiet          ? ProgressStyle::kNone
                                : output_is_terminal() ? ProgressStyle::kBar
                                                       : ProgressStyle::kLines;
    Progress progress(std::cout, style, options.config, terminal_columns());
    const int threads = options.threads > 0 ? options.threads : default_worker_threads();

    const StopSignal stop;
    Channels channels;
    Doorbell woken;
    EngineParts parts = standard_engine_parts();
    parts.make_snapshot = nullptr; // nobody would look at them
    if (options.json_path.empty() && options.progress_csv_path.empty()) {
        parts.make_progress = nullptr; // rows go to these files only
    }
    Trainer trainer(channels, std::move(parts),
                    {.threads = threads, .wake_front_end = [&woken] { woken.ring(); }});
    HeadlessRun run(channels, progress, options.config);
    const auto began = std::chrono::steady_clock::now();
    run.ask(command::AddRun{kRun, options.config, true});
    bool stopping = false;
    while (!run.has_ended()) {
        woken.wait_until(std::chrono::steady_clock::now() + kSignalInterval);
        run.drain();
        if (stop.received() && !stopping) {
            stopping = true;
            run.ask(command::Pause{kRun});
        }
    }

    if (run.was_refused()) {
        complain(run.record().end_text);
        return static_cast<int>(ExitCode::kBadUsage);
    }
    const bool failed = run.record().state == RunState::kFailed;
    if (failed) {
        progress.say({}); // ends the bar
        complain(run.record().end_text);
    } else if (stop.received()) {
        progress.say(fmt::format("stopped by signal {} before epoch {}", *stop.received(),
                                 run.record().epochs_trained));
    } else {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        progress.say(summary(run.record(), took.count()));
    }
    const bool written = files.write(run.record(), threads, progress);
    if (failed || !written) {
        return static_cast<int>(ExitCode::kRunFailed);
    }
    return stop.received() ? 128 + *stop.received() : static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope
