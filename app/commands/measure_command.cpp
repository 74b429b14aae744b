#include "app/commands/measure_command.h"

#include "app/commands/notebook_commands.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "engine/compute/denormals.h"
#include "engine/compute/worker_pool.h"
#include "engine/lab/record_meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

namespace grokscope {

namespace {

using Clock = std::chrono::steady_clock;

/// How often the bar is drawn anew.
constexpr std::chrono::milliseconds kRedraw{100};

std::string readings(std::int64_t count) {
    return fmt::format("{} reading{}", count, count == 1 ? "" : "s");
}

/// How far it is, with the time that is left: on a terminal alone.
class Bar {
public:
    explicit Bar(bool shown) : shown_(shown) {}
    ~Bar() { clear(); }
    Bar(const Bar&) = delete;
    Bar& operator=(const Bar&) = delete;

    void show(StoredRunId run, std::int64_t done, std::int64_t of) {
        const Clock::time_point now = Clock::now();
        if (!shown_ || now - drawn_ < kRedraw) {
            return;
        }
        drawn_ = now;
        const double passed = std::chrono::duration<double>(now - began_).count();
        const std::string left = done == 0 ? std::string()
                                           : ", " +
                                                 clock_text(passed / static_cast<double>(done) *
                                                            static_cast<double>(of - done)) +
                                                 " left";
        std::cout << fmt::format("\r\x1b[Krun {}: {} of {}{}", number(run), done, readings(of),
                                 left)
                  << std::flush;
    }
    void clear() {
        if (shown_ && drawn_ != Clock::time_point()) {
            std::cout << "\r\x1b[K" << std::flush;
        }
    }

private:
    bool shown_;
    Clock::time_point began_ = Clock::now();
    Clock::time_point drawn_{};
};

/// What of the plan the command line asks for, as the run has it where nothing else is said.
MeasurePlan plan_for(const RunConfig& config, const MeasureOptions& options) {
    MeasurePlan plan;
    for (const InstrumentSpec& instrument : instruments()) {
        const bool wanted =
            options.instruments.empty() ||
            std::ranges::find(options.instruments, instrument.id) != options.instruments.end();
        const int own = config.measure.every(instrument.id);
        if (wanted) {
            plan.set(instrument.id, options.every > 0 ? options.every
                                    : own > 0         ? own
                                                      : instrument.default_every);
        }
    }
    return plan;
}

std::string refused_in_words(StoredRunId run, const MeasuredRecord& measured) {
    std::string text;
    for (const auto& [instrument, count] : measured.refused) {
        text +=
            fmt::format("{} needs exact weights: of run {}, those of {} epoch{} are rounded and "
                        "not measured; train with --measure {}:EVERY or --exact-weights\n",
                        instrument, number(run), count, count == 1 ? "" : "s", instrument);
    }
    return text;
}

std::string list_in_words() {
    std::string text;
    for (const InstrumentSpec& instrument : instruments()) {
        text += fmt::format("{}: {}. {}\n", instrument.id, instrument.label, instrument.sentence);
        text += fmt::format("  every {} epochs unless told otherwise{}\n", instrument.default_every,
                            instrument.needs_exact ? "; needs exact weights" : "");
        for (const FigureSpec& figure : instrument.figures) {
            text += fmt::format("  {}: {}{}\n", figure.id, figure.sentence,
                                figure.unit.empty() ? "" : " In " + figure.unit + ".");
        }
    }
    return text;
}

} // namespace

MeasuredRecord measure_record(Notebook& notebook, StoredRunId run, const MeasurePlan& plan,
                              WorkerPool& pool, const StopSignal& stop,
                              const std::function<void(std::int64_t, std::int64_t)>& told) {
    RecordMeter meter(notebook.run(run).config, pool);
    const RecordMeter::Agenda agenda = meter.agenda(notebook, run, plan);
    MeasuredRecord measured;
    measured.refused = agenda.refused;
    const auto of = static_cast<std::int64_t>(agenda.due.size());
    for (const RecordMeter::Due& due : agenda.due) {
        if (stop.received()) {
            measured.stopped = true;
            measured.left = of - measured.made;
            break;
        }
        told(measured.made, of);
        try {
            if (const std::optional<Reading> reading = meter.measure(notebook, run, due)) {
                (void)RecordMeter::keep(notebook, run, *reading);
                ++measured.made;
            }
        } catch (const NotebookError& error) {
            if (error.problem() != NotebookProblem::kStopped) {
                throw;
            }
        } // the signal came within; the next turn ends it
    }
    return measured;
}

int run_measure(const MeasureOptions& options, const StopSignal& stop) {
    if (options.list) {
        std::cout << list_in_words();
        return static_cast<int>(ExitCode::kSuccess);
    }
    Notebook notebook = open_for_editing(options.notebook, stop);
    std::vector<StoredRunId> runs;
    if (options.run == "all") {
        for (const RunSummary& run : notebook.runs()) {
            runs.push_back(run.id);
        }
    } else {
        runs.push_back(find_run(notebook, options.run));
    }
    flush_denormals(); // as the pool's other threads have it
    WorkerPool pool(options.threads > 0 ? options.threads : default_worker_threads());
    std::int64_t made = 0;
    bool refused_alone = false;
    for (const StoredRunId run : runs) {
        Bar bar(!options.quiet && is_terminal(Stream::kOutput));
        const MeasuredRecord measured =
            measure_record(notebook, run, plan_for(notebook.run(run).config, options), pool, stop,
                           [&](std::int64_t done, std::int64_t of) { bar.show(run, done, of); });
        bar.clear();
        made += measured.made;
        refused_alone = refused_alone || (measured.made == 0 && !measured.refused.empty());
        if (!options.quiet) {
            std::cout << fmt::format("run {}: {} made\n", number(run), readings(measured.made));
        }
        if (const std::string refused = refused_in_words(run, measured); !refused.empty()) {
            complain(refused.substr(0, refused.size() - 1));
        }
        if (measured.stopped) {
            if (!options.quiet) {
                std::cout << fmt::format("stopped, {} left; the same command goes on\n",
                                         measured.left);
            }
            return exit_code_of(stop.received().value());
        }
    }
    tell_left_out(notebook);
    return static_cast<int>(made == 0 && refused_alone && runs.size() == 1 ? ExitCode::kRunFailed
                                                                           : ExitCode::kSuccess);
}

} // namespace grokscope
