#include "app/bench/oracle.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>

namespace grokscope::bench {

namespace {

/// `text` as one word for the shell.
std::string quoted(const std::string& text) {
    std::string word = "'";
    for (const char c : text) {
        word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return word + "'";
}

/// What a command prints; nothing when it fails.
std::optional<std::string> output_of(const std::string& command) {
    struct Close {
        int* status;
        void operator()(std::FILE* pipe) const { *status = pclose(pipe); }
    };
    int status = -1;
    std::string text;
    {
        const std::unique_ptr<std::FILE, Close> pipe(popen(command.c_str(), "r"), Close{&status});
        if (!pipe) {
            return std::nullopt;
        }
        std::array<char, 512> buffer{};
        while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr) {
            text += buffer.data();
        }
    }
    return status == 0 ? std::optional(text) : std::nullopt;
}

} // namespace

Oracle::Oracle(const std::string& script) : script_(script) {
    if (script.empty() || !std::filesystem::exists(script)) {
        missing_ = "no oracle to compare with: --oracle FILE names reference_train.py";
        return;
    }
    // The distribution's Python first: it is the one that python3-torch belongs to.
    for (const char* python : {"/usr/bin/python3", "python3"}) {
        const auto version = output_of(
            fmt::format("{} -c 'import torch; print(torch.__version__)' 2>/dev/null", python));
        if (version && !version->empty()) {
            python_ = python;
            torch_version_ = version->substr(0, version->find('\n'));
            return;
        }
    }
    missing_ = "python3-torch is missing, so there is nothing to compare with; "
               "`apt-get install python3-torch` brings it";
}

std::optional<double> Oracle::milliseconds(const std::string& stencil, int epochs,
                                           int threads) const {
    // OPENBLAS_NUM_THREADS, which this program sets for itself, must not hold the peer back.
    const auto printed = output_of(fmt::format(
        "OPENBLAS_NUM_THREADS={0} {1} {2} --time {3} --threads {0} --stencil={4} 2>/dev/null",
        threads, python_, quoted(script_), epochs, stencil));
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
