// A child process that is fed through a pipe. The one place that knows how this system starts one.
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace grokscope {

/// Whether a program of this name is found in PATH and may be run.
[[nodiscard]] bool program_exists(const std::string& name);

/// Runs a program with exactly these arguments, no shell between. What it prints is kept for
/// last_lines().
class ChildProcess {
public:
    /// arguments: the program's name, looked for in PATH, then what it gets. Throws
    /// std::runtime_error when it cannot be started.
    explicit ChildProcess(const std::vector<std::string>& arguments);
    /// Kills it when it still runs, and waits for its end.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete; // owns the process
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Gives it bytes. Blocks until it has taken them. False when it takes no more: it has ended.
    [[nodiscard]] bool write(std::span<const std::uint8_t> bytes);
    /// Closes its input and waits for its end. Its exit code; 128 + signal when one ended it.
    int finish();
    /// The last lines it printed, at most `count`, joined by line feeds.
    [[nodiscard]] std::string last_lines(std::size_t count);

private:
    int process_ = -1;
    int input_ = -1;  ///< our end of the pipe
    int output_ = -1; ///< an unnamed file with all it prints
};

} // namespace grokscope
