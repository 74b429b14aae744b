// Another program, started, fed and watched. The one place that knows how this system starts one.
// Threads: one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {

/// Whether a program of this name is found in PATH and may be run.
[[nodiscard]] bool program_exists(const std::string& name);

/// Runs a program with exactly these arguments, no shell between.
class ChildProcess {
public:
    /// What a program gets beside its arguments.
    struct Options {
        /// Added to our own environment, in place of variables of the same name.
        std::vector<std::pair<std::string, std::string>> environment = {};
        /// Where its standard output goes; then what it says on standard error is dropped. Empty:
        /// both are kept for last_lines().
        std::string output_file = {};
        /// How long the destructor waits after it has asked a running program to end, before it
        /// kills it.
        std::chrono::milliseconds patience{0};
    };

    /// arguments: the program's name, looked for in PATH, then what it gets. Throws
    /// std::runtime_error when it cannot be started.
    explicit ChildProcess(const std::vector<std::string>& arguments)
        : ChildProcess(arguments, Options()) {}
    ChildProcess(const std::vector<std::string>& arguments, const Options& options);
    /// Ends it when it still runs, and waits for its end.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete; // owns the process
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Gives it bytes. Blocks until it has taken them. False when it takes no more: it has ended.
    [[nodiscard]] bool write(std::span<const std::uint8_t> bytes);
    /// Closes its input and waits for its end. Its exit code; 128 + signal when one ended it.
    int finish();
    /// The last lines it printed, at most `count`, joined by line feeds. Empty when its output goes
    /// to a file.
    [[nodiscard]] std::string last_lines(std::size_t count);

    /// Whether it has not ended yet.
    [[nodiscard]] bool is_running() { return !has_ended_within(std::chrono::milliseconds(0)); }
    /// Waits for its end, at most so long: true when it has ended.
    bool has_ended_within(std::chrono::milliseconds limit);
    /// Processor time that all its threads have used so far, seconds; while it runs. 0 where the
    /// system has no /proc.
    [[nodiscard]] double cpu_seconds() const;

private:
    std::chrono::milliseconds patience_{0};
    int process_ = -1; ///< -1: it has ended
    int exit_code_ = -1;
    int input_ = -1;  ///< our end of the pipe
    int output_ = -1; ///< an unnamed file with all it prints
};

} // namespace grokscope
