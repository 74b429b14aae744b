// Grokscope: parse, choose window or terminal, report what nobody expected.
#include "app/bench/benchmarks.h"
#include "app/headless.h"
#include "app/inspect_command.h"
#include "app/notebook_commands.h"
#include "app/options.h"
#include "app/sweep.h"
#include "app/terminal.h"
#include "app/window_app.h"
#include "engine/compute/blas_kernels.h"
#include "engine/compute/blas_threads.h"
#include "engine/model/fused/kernels.h"
#include "engine/reference/torch_threads.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

#ifdef __unix__
#include <fcntl.h>
#include <unistd.h>
#endif

namespace {

using namespace grokscope;

int run(const WindowOptions& options) {
    return run_window(options);
}

/// First of all, since what was chosen before would stay.
void use(std::optional<fused::SimdLevel> simd) {
    if (simd) {
        fused::limit_simd_level(*simd);
    }
}

int run(const TrainOptions& options) {
    use(options.simd);
    return run_train(options);
}

int run(const SweepOptions& options) {
    return run_sweep(options);
}

int run(const ListOptions& options) {
    return run_list(options);
}

int run(const ShowOptions& options) {
    return run_show(options);
}

int run(const ExportOptions& options) {
    return run_export(options);
}

int run(const ImportOptions& options) {
    return run_import(options);
}

int run(const InspectOptions& options) {
    return run_inspect(options);
}

int run(const BenchOptions& options) {
    use(options.simd);
    run_benchmarks(options);
    return static_cast<int>(ExitCode::kSuccess);
}

int run(const PrintText& print) {
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

/// Output that could not be written is a failure like any other: a full disk, a closed pipe.
int judge_output(int exit_code) {
    errno = 0;
    std::cout.flush();
    const bool written = std::cout.good() && std::fflush(stdout) == 0;
    if (written) {
        return exit_code;
    }
    std::cerr << "grokscope: standard output could not be written"
              << (errno != 0 ? ": " + std::generic_category().message(errno) : std::string())
              << "; what was printed is incomplete\n";
    return exit_code == 0 ? static_cast<int>(ExitCode::kRunFailed) : exit_code;
}

} // namespace

int main(int count, char** values) {
    stand_in_for_closed_streams();
#ifdef SIGXFSZ
    std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a failed write, not the end
#endif
    restart_with_better_blas_kernels(values);
    use_single_threaded_blas(); // before any thread that could call it
    try {
        configure_torch_threads();
        const std::vector<std::string> arguments(values + 1, values + count);
        return judge_output(std::visit([](const auto& options) { return run(options); },
                                       parse_command_line(arguments)));
    } catch (const UsageError& mistakes) {
        std::cerr << mistakes.what() << '\n';
        return static_cast<int>(ExitCode::kBadUsage);
    } catch (const std::exception& error) {
        complain(error.what());
        return static_cast<int>(ExitCode::kRunFailed);
    }
}
