// Grokscope: parse, choose window or terminal, report what nobody expected.
#include "app/bench/benchmarks.h"
#include "app/commands/collapse_command.h"
#include "app/commands/edit_commands.h"
#include "app/commands/headless.h"
#include "app/commands/inspect_command.h"
#include "app/commands/measure_command.h"
#include "app/commands/notebook_commands.h"
#include "app/commands/path_command.h"
#include "app/commands/sfm_command.h"
#include "app/commands/sweep.h"
#include "app/commands/verify.h"
#include "app/commands/warnings_command.h"
#include "app/options/options.h"
#include "app/stop_signal.h"
#include "app/terminal.h"
#include "app/window_app.h"
#include "engine/compute/blas_kernels.h"
#include "engine/compute/blas_threads.h"
#include "engine/model/fused/kernels.h"
#include "engine/protocol/error_text.h"
#include "engine/store/descriptor.h"
#include "engine/store/notebook_error.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

#ifdef __unix__
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#endif

namespace {

using namespace grokscope;

int run(const WindowOptions& options, const StopSignal& stop) {
    return run_window(options, stop);
}

/// First of all, since what was chosen before would stay.
void use(std::optional<fused::SimdLevel> simd) {
    if (simd) {
        fused::limit_simd_level(*simd);
    }
}

int run(const TrainOptions& options, const StopSignal& stop) {
    use(options.simd);
    return run_train(options, stop);
}

int run(const SweepOptions& options, const StopSignal& stop) {
    return run_sweep(options, stop,
                     [&](const WindowOptions& picture) { return run_window(picture, stop); });
}

int run(const ListOptions& options, const StopSignal& stop) {
    return run_list(options, stop);
}

int run(const ShowOptions& options, const StopSignal& stop) {
    return run_show(options, stop);
}

int run(const RenameOptions& options, const StopSignal& stop) {
    return run_rename(options, stop);
}

int run(const TagOptions& options, const StopSignal& stop) {
    return run_tag(options, stop);
}

int run(const DeleteOptions& options, const StopSignal& stop) {
    return run_delete(options, stop);
}

int run(const VerifyOptions& options, const StopSignal& stop) {
    use(options.simd);
    return run_verify(options, stop);
}

int run(const ExportOptions& options, const StopSignal& stop) {
    return run_export(options, stop);
}

int run(const ImportOptions& options, const StopSignal& stop) {
    return run_import(options, stop);
}

int run(const InspectOptions& options, const StopSignal& stop) {
    return run_inspect(options, stop);
}

int run(const MeasureOptions& options, const StopSignal& stop) {
    return run_measure(options, stop);
}

int run(const WarningsOptions& options, const StopSignal& stop) {
    return run_warnings(options, stop);
}

int run(const SfmOptions& options, const StopSignal& stop) {
    return run_sfm(options, stop);
}

int run(const CollapseOptions& options, const StopSignal& stop) {
    return run_collapse(options, stop);
}

int run(const PathOptions& options, const StopSignal& stop) {
    return run_path(options, stop);
}

int run(const BenchOptions& options, const StopSignal& stop) {
    use(options.simd);
    run_benchmarks(options, stop);
    return static_cast<int>(ExitCode::kSuccess);
}

int run(const PrintText& print, const StopSignal&) {
    std::cout << print.text;
    return static_cast<int>(ExitCode::kSuccess);
}

/// A stream that the caller closed must not become the number of the next file we open: what is
/// printed would be written into that file. Writing to our stand-in fails, and is told as such.
void stand_in_for_closed_streams() {
#ifdef __unix__
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(stream, F_GETFD) == -1) {
            (void)open("/dev/null", O_RDONLY); // takes the lowest free number: this one
        }
    }
#endif
}

/// A command was stopped half-way; its exit code.
int tell_stop(const Stopped& stopped) {
    if (stopped.signal() != SIGPIPE) { // nobody reads on, which is no mistake
        complain(stopped.what());
    }
    return exit_code_of(stopped.signal());
}

/// A wait for another program was given up for a signal: whatever failed then, failed for that.
std::optional<Stopped> stopped_while_waiting(const StopSignal& stop) {
    return gave_up_waiting() ? std::optional(Stopped(stop.received().value_or(SIGTERM)))
                             : std::nullopt;
}

/// Calls the command and tells what it throws, one sentence each; its exit code.
int tell_failures(const StopSignal& stop, const std::function<int()>& command) {
    const auto fail = [](const std::string& sentence, ExitCode code) {
        complain(sentence);
        return static_cast<int>(code);
    };
    try {
        return command();
    } catch (const UsageError& mistakes) {
        if (const auto stopped = stopped_while_waiting(stop)) {
            return tell_stop(*stopped);
        }
        std::cerr << mistakes.what() << '\n';
        return static_cast<int>(ExitCode::kBadUsage);
    } catch (const Stopped& stopped) {
        return tell_stop(stopped);
    } catch (const NotebookError& error) {
        const std::optional<int> signal = stop.received();
        if (signal && error.problem() == NotebookProblem::kStopped) {
            return tell_stop(Stopped(*signal));
        }
        return fail(error.what(), exit_code_of(error));
    } catch (const std::exception& error) {
        if (const auto stopped = stopped_while_waiting(stop)) {
            return tell_stop(*stopped);
        }
        return fail(sentence_of(error), ExitCode::kRunFailed);
    }
}

/// Standard output is a pipe whose reader has what it wanted and is gone. Where SIGPIPE is ignored,
/// as some parents have it, no signal tells.
bool nobody_reads_on() {
#ifdef __unix__
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
#else
    return false;
#endif
}

/// Output that could not be written is a failure like any other: a full disk, a closed file.
int judge_output(int exit_code, const StopSignal& stop) {
    errno = 0;
    std::cout.flush();
    const bool written = std::cout.good() && std::fflush(stdout) == 0;
    if (written) {
        return exit_code;
    }
    if (stop.received() == SIGPIPE || nobody_reads_on()) {
        return tell_stop(Stopped(SIGPIPE)); // and says nothing
    }
    std::cerr << "grokscope: standard output could not be written"
              << (errno != 0 ? ": " + std::generic_category().message(errno) : std::string())
              << "; what was printed is incomplete\n";
    return exit_code == 0 ? static_cast<int>(ExitCode::kRunFailed) : exit_code;
}

} // namespace

int main(int count, char** values) {
    undo_signals_of_libraries();
    stand_in_for_closed_streams();
#ifdef SIGXFSZ
    std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a failed write, not the end
#endif
    restart_with_better_blas_kernels(values);
    use_single_threaded_blas(); // before any thread that could call it
    StopSignal stop;            // one for all that the command does
    give_up_waiting_when([&stop] { return stop.received().has_value(); });
    const int code = tell_failures(stop, [&] {
        const std::vector<std::string> arguments(values + 1, values + count);
        return std::visit([&](const auto& options) { return run(options, stop); },
                          parse_command_line(arguments));
    });
    const int judged = judge_output(code, stop);
    stop.keep();
    return judged;
}
