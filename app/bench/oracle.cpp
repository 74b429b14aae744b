#include "app/bench/oracle.h"

#include "app/child_process.h"
#include "app/stop_signal.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <vector>

namespace grokscope::bench {

namespace {

/// The last lines that a program prints; nothing when it fails. Throws Stopped, when it has ended.
std::optional<std::string> output_of(const std::vector<std::string>& arguments, int threads,
                                     const StopSignal& stop) try {
    constexpr std::size_t kLines = 3;
    // OPENBLAS_NUM_THREADS, which this program sets for itself, must not hold the peer back.
    ChildProcess process(arguments,
                         {.environment = {{"OPENBLAS_NUM_THREADS", std::to_string(threads)}}});
    while (!process.has_ended_within(std::chrono::milliseconds(100))) {
        stop.check();
    }
    return process.finish() == 0 ? std::optional(process.last_lines(kLines)) : std::nullopt;
} catch (const Stopped&) {
    throw;
} catch (const std::exception&) { // there is no such program
    return std::nullopt;
}

} // namespace

Oracle::Oracle(const std::string& script, const StopSignal& stop) : script_(script), stop_(stop) {
    if (script.empty() || !std::filesystem::exists(script)) {
        missing_ = "no oracle to compare with: --oracle FILE names reference_train.py";
        return;
    }
    // The distribution's Python first: it is the one that python3-torch belongs to.
    for (const char* python : {"/usr/bin/python3", "python3"}) {
        const auto version =
            output_of({python, "-c", "import torch; print(torch.__version__)"}, 1, stop);
        if (version && !version->empty()) {
            python_ = python;
            torch_version_ = version->substr(version->rfind('\n') + 1); // after what it warns of
            return;
        }
    }
    missing_ = "python3-torch is missing, so there is nothing to compare with; "
               "`apt-get install python3-torch` brings it";
}

std::optional<double> Oracle::milliseconds(const std::vector<std::string>& options, int epochs,
                                           int threads) const {
    std::vector<std::string> arguments{
        python_, script_, "--time", std::to_string(epochs), "--threads", std::to_string(threads)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto printed = output_of(arguments, threads, stop_);
    if (!printed) {
        return std::nullopt;
    }
    // "434.12 ms per epoch, 2.30 epochs per second" is the last line.
    std::istringstream lines(*printed);
    std::optional<double> found;
    for (std::string line; std::getline(lines, line);) {
        double value = 0;
        if (std::sscanf(line.c_str(), "%lf ms per epoch", &value) == 1) {
            found = value;
        }
    }
    return found;
}

} // namespace grokscope::bench
