#include "app/commands/verify.h"

#include "app/commands/headless_run.h"
#include "app/commands/notebook_commands.h"
#include "app/files/notebook_files.h"
#include "app/host_facts.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "engine/compute/worker_pool.h"
#include "engine/protocol/rerun_check.h"
#include "engine/parts/standard_parts.h"
#include "engine/store/known_runs.h"
#include "engine/store/run_origin.h"
#include "engine/store/stored_run_reader.h"
#include "engine/train/recorder.h"
#include "engine/train/state_hash.h"
#include "engine/train/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace grokscope {

namespace {

/// What is to be repeated.
struct Original {
    StoredRunId number{};
    RunConfig config; ///< ends where the record does
    std::shared_ptr<const EarlierRun> record;
    std::shared_ptr<const BranchStart> start; ///< null for a run that began anew
    bool failed = false;                      ///< as the repetition will
    /// Epoch and hash of the state to go on from; nothing when there is none.
    std::optional<std::pair<std::int32_t, std::uint64_t>> state;
};

/// Keeps the hash of the state of one epoch.
class HashKeeper : public Recorder {
public:
    /// `epoch` below 0: none.
    explicit HashKeeper(std::int32_t epoch) : epoch_(epoch) {}

    /// Nothing before that epoch. To be called when the trainer is gone.
    [[nodiscard]] std::optional<std::uint64_t> hash() const { return hash_; }

    void record(const Event&) override {}
    void record(const MetricSample&) override {}
    void record(const Snapshot&) override {}
    void record(const ProgressRow&) override {}
    void resumed(RunId, const StoredRun&) override {}
    void between_epochs(RunId, const TrainingState& state, const TrainingTime&, Moment) override {
        if (state.epoch == epoch_) {
            hash_ = hash_of(state);
        }
    }
    bool flush() override { return true; }

private:
    std::int32_t epoch_;
    std::optional<std::uint64_t> hash_;
};

NotebookError cannot_verify(StoredRunId run, const std::string& why) {
    return {NotebookProblem::kUnusable,
            fmt::format("run {} cannot be verified: {}", static_cast<std::int64_t>(run), why)};
}

std::shared_ptr<const BranchStart> start_of(Notebook& notebook, const RunSummary& run) {
    const std::optional<RunOrigin> origin = origin_of(notebook, first_part(notebook, run));
    if (!origin) {
        return nullptr;
    }
    if (!origin->run || origin->apart) {
        throw cannot_verify(run.id, "it began in the record of the run " + origin->uuid +
                                        ", which this notebook does not hold; import that first");
    }
    if (const RunSummary first = first_part(notebook, run); !first.provenance.fork.empty()) {
        RunConfig config = first.config;
        config.epochs = std::max(config.epochs, origin->epoch + 1);
        return read_for_forking(notebook, *origin->run, origin->epoch, config, Recorded::kAll);
    }
    const auto start = read_for_branching(notebook, *origin->run, origin->epoch);
    if (start->point.epoch != origin->epoch) {
        throw cannot_verify(run.id,
                            fmt::format("it began with weights of run {} at epoch {}, "
                                        "which are not recorded any more",
                                        static_cast<std::int64_t>(*origin->run), origin->epoch));
    }
    return start;
}

Original read_original(Notebook& notebook, StoredRunId id) {
    const Notebook::OneMoment moment(notebook);
    const RunSummary run = notebook.run(id);
    Original original{.number = id,
                      .config = run.config,
                      .record = earlier_run(notebook, run),
                      .start = start_of(notebook, run),
                      .failed = run.state == RunState::kFailed,
                      .state = std::nullopt};
    if (original.record->samples.empty()) {
        throw cannot_verify(id, "no epoch of it was evaluated, so there is nothing to compare");
    }
    RunConfig& config = original.config;          // what leaves the course as it is
    if (config.schedule == Schedule::kConstant) { // else its rates depend on its last epoch
        config.epochs = std::max(run.epoch, original.record->samples.back().epoch + 1);
    }
    config.stop_when_grokked = config.stop_when_stable = false;
    config.measure = {};
    if (original.start) {
        BranchStart start = *original.start;
        start.config = config;
        original.start = std::make_shared<const BranchStart>(std::move(start));
    }
    if (const auto state = notebook.usable_checkpoint(id)) {
        original.state = {state->epoch, hash_of(state->state)};
    }
    return original;
}

std::string workplace_in_words(const Workplace& place) {
    return fmt::format("version {}, {}, on {}", place.program_version, place.step, place.host);
}

/// Why bits may differ: where the run was computed, and where it was now.
std::string places_in_words(const EarlierRun& record, const Workplace& now) {
    std::string text;
    for (const WorkplaceSince& since : record.workplaces) {
        text += fmt::format("  recorded from epoch {} on: {}\n", since.epoch,
                            workplace_in_words(since.workplace));
    }
    return text + fmt::format("  computed now: {}\n", workplace_in_words(now));
}

/// Says what came out; true when all is the same.
bool tell(const Original& original, const RerunCheck& check, const Workplace& now,
          std::optional<std::uint64_t> hash) {
    const auto number = static_cast<std::int64_t>(original.number);
    if (const auto epoch = check.first_difference()) {
        std::cout << fmt::format(
                         "run {} does not repeat its record: figures differ from epoch {} on",
                         number, *epoch)
                  << (check.same_until()
                          ? fmt::format(", up to epoch {} they are the same\n", *check.same_until())
                          : std::string("\n"))
                  << places_in_words(*original.record, now);
        return false;
    }
    if (!check.same_until()) {
        throw cannot_verify(original.number, "none of its epochs was evaluated this time");
    }
    const std::string figures = fmt::format(
        "every figure of {} evaluated epochs, {} to {}", original.record->samples.size(),
        original.record->samples.front().epoch, *check.same_until());
    if (original.state && hash != original.state->second) {
        std::cout << fmt::format("run {} does not repeat its record: {} is the same, the state of "
                                 "epoch {} is another\n",
                                 number, figures, original.state->first)
                  << places_in_words(*original.record, now);
        return false;
    }
    std::cout << fmt::format(
        "run {} repeats its record bit for bit: {}{}\n", number, figures,
        original.state
            ? fmt::format(", and the state of epoch {}, hash {:016x}", original.state->first, *hash)
            : std::string());
    return true;
}

/// Trains until the record ends, a figure differs, or a signal comes.
void compare(HeadlessRun& run, RerunCheck& check, Doorbell& woken, const StopSignal& stop) {
    bool stopping = false;
    while (!run.has_ended()) {
        woken.wait_until(std::chrono::steady_clock::now() + kSignalInterval);
        run.drain();
        check.compare(run.record().samples);
        if ((stop.received() || check.first_difference()) && !stopping) {
            stopping = true;
            run.ask(command::Pause{kOnlyRun});
        }
    }
}

} // namespace

int run_verify(const VerifyOptions& options, const StopSignal& stop) {
    Notebook notebook = open_for_reading(options.notebook, stop);
    const StoredRunId number = find_run(notebook, options.run);
    const Original original = read_original(notebook, number);
    tell_left_out(notebook);
    const int threads = options.threads > 0 ? options.threads : default_worker_threads();
    const Stream stream = Stream::kError; // the answer alone goes to standard output
    Progress progress(std::cerr,
                      options.quiet         ? ProgressStyle::kNone
                      : is_terminal(stream) ? ProgressStyle::kBar
                                            : ProgressStyle::kLines,
                      original.config, terminal_columns(stream),
                      original.start && !original.start->legs.empty() ? original.start->point.epoch
                                                                      : 0);
    Channels channels;
    Doorbell woken;
    EngineParts parts = standard_engine_parts();
    parts.make_snapshot = nullptr;
    parts.make_progress = nullptr;
    Workplace here = workplace_of(host_facts(threads));
    HashKeeper keeper(original.state ? original.state->first : -1);
    HeadlessRun run(channels, progress, original.config, 0);
    RerunCheck check(original.record, here);
    {
        const Trainer trainer(channels, std::move(parts),
                              {.threads = threads,
                               .wake_front_end = [&woken] { woken.ring(); },
                               .recorder = &keeper,
                               .here = here});
        if (original.start) {
            run.ask(command::BranchRun{kOnlyRun, original.start, true});
        } else {
            run.ask(command::AddRun{kOnlyRun, original.config, true});
        }
        compare(run, check, woken, stop);
    } // the trainer leaves its last state with the keeper
    run.drain();
    check.compare(run.record().samples);
    progress.say({}); // ends the bar
    if (!check.first_difference()) {
        stop.check();
        if (run.was_refused() || (run.record().state == RunState::kFailed && !original.failed)) {
            throw std::runtime_error(run.record().end_text);
        }
    }
    here.step = run.record().step_description;
    return static_cast<int>(tell(original, check, here, keeper.hash()) ? ExitCode::kSuccess
                                                                       : ExitCode::kRunFailed);
}

} // namespace grokscope
