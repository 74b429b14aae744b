// Grokscope: parse, choose window or terminal, report what nobody expected.
#include "app/bench/benchmarks.h"
#include "app/headless.h"
#include "app/inspect_command.h"
#include "app/notebook_commands.h"
#include "app/options.h"
#include "app/sweep.h"
#include "app/window_app.h"
#include "engine/compute/blas_kernels.h"
#include "engine/compute/blas_threads.h"
#include "engine/model/fused/kernels.h"
#include "engine/reference/torch_threads.h"

#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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
    return run_benchmarks(options, std::cout);
}

int run(const PrintText& print) {
    std::cout << print.text;
    return static_cast<int>(ExitCode::kSuccess);
}

} // namespace

int main(int count, char** values) {
    restart_with_better_blas_kernels(values);
    use_single_threaded_blas(); // before any thread that could call it
    try {
        configure_torch_threads();
        const std::vector<std::string> arguments(values + 1, values + count);
        return std::visit([](const auto& options) { return run(options); },
                          parse_command_line(arguments));
    } catch (const UsageError& mistakes) {
        std::cerr << mistakes.what() << '\n';
        return static_cast<int>(ExitCode::kBadUsage);
    } catch (const std::exception& error) {
        std::cerr << "grokscope: " << error.what() << '\n';
        return static_cast<int>(ExitCode::kRunFailed);
    }
}
