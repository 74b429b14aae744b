#include "app/bench/window_benchmarks.h"

#include "app/bench/bench_table.h"
#include "app/child_process.h"
#include "app/stop_signal.h"
#include "engine/store/temporary_folder.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope::bench {

namespace {

using Clock = std::chrono::steady_clock;
using Variables = std::vector<std::pair<std::string, std::string>>;

constexpr int kEpochs = 800;
/// Epochs that are not timed: the start of the program, of the window and of the run.
constexpr int kFirstEpochs = 200;
constexpr double kIdleSeconds = 10;
/// More than any of the runs measured here needs to its grok epoch.
constexpr int kGrokEpochs = 25000;
/// A lesson's 50 seconds where training alone takes 34.
constexpr double kMostGrokTax = 50.0 / 34;
/// How long a program may take to end when it is asked to.
constexpr std::chrono::seconds kPatience{5};

double seconds_since(Clock::time_point began) {
    return std::chrono::duration<double>(Clock::now() - began).count();
}

/// The file of this program.
std::string own_program() {
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

/// What is watched here tells nobody when it changes. Throws Stopped.
void wait_a_little(const StopSignal& stop) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.check();
}

/// A folder that vanishes again.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string name = (temporary_folder() / "grokscope-bench-XXXXXX");
        if (mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("cannot make a folder in " + temporary_folder().string());
        }
        path_ = name;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

/// The user's display, or one of our own.
class Display {
public:
    Display(const ScratchFolder& folder, const StopSignal& stop) {
        if (std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr) {
            name_ = "the display there is";
            return;
        }
        const std::string answer = folder.file("display");
        try {
            server_ = std::make_unique<ChildProcess>(
                std::vector<std::string>{"Xvfb", "-displayfd", "1", "-screen", "0", "1920x1200x24",
                                         "-noreset", "-nolisten", "tcp"},
                ChildProcess::Options{.output_file = answer, .patience = kPatience});
        } catch (const std::exception&) {
            return; // there is no Xvfb
        }
        const auto began = Clock::now();
        std::string number;
        while (number.empty() && server_->is_running() && seconds_since(began) < 20) {
            wait_a_little(stop);
            std::ifstream file(answer);
            std::getline(file, number);
            number = file.eof() ? std::string() : number; // the line is not complete yet
        }
        if (!number.empty()) {
            name_ = "Xvfb, software OpenGL";
            variables_ = {{"DISPLAY", ":" + number},
                          {"LIBGL_ALWAYS_SOFTWARE", "1"},
                          {"GALLIUM_DRIVER", "llvmpipe"},
                          {"LP_NUM_THREADS", "1"}};
        }
    }

    /// Empty when there is none.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const Variables& variables() const { return variables_; }

private:
    std::string name_;
    Variables variables_;
    std::unique_ptr<ChildProcess> server_;
};

/// One line of the window's log that we look at.
struct LogLine {
    double seconds = 0; ///< since the start of the log
    int epoch = -1;     ///< of a progress or state line
    std::string state;  ///< of a state line
    double frame = -1;  ///< of a frame line, its work in ms
};

/// Reads a log while it is written. What was read is not read again: that would take time from
/// what is measured.
class LogReader {
public:
    explicit LogReader(std::string path) : path_(std::move(path)) {}

    /// Adds what was written since the last call.
    void read_on(std::vector<LogLine>& lines) {
        std::ifstream file(path_);
        file.seekg(read_);
        for (std::string text; std::getline(file, text) && !file.eof();) { // else half a line
            read_ = file.tellg();
            const auto line = nlohmann::json::parse(text, nullptr, false);
            if (line.is_discarded()) {
                continue;
            }
            const std::string event = line.value("event", "");
            if (event == "progress" || event == "state" || event == "frame") {
                lines.push_back({line.value("t", 0.0), line.value("epoch", -1),
                                 event == "state" ? line.value("state", "") : "",
                                 event == "frame" ? line.value("ms", 0.0) : -1});
            }
        }
    }

private:
    const std::string path_;
    std::ifstream::pos_type read_ = 0;
};

/// Milliseconds of the frames from `since` on, the shortest first.
std::vector<double> frames_of(const std::vector<LogLine>& lines, double since) {
    std::vector<double> frames;
    for (const LogLine& line : lines) {
        if (line.frame >= 0 && line.seconds >= since) {
            frames.push_back(line.frame);
        }
    }
    std::ranges::sort(frames);
    return frames;
}

class WindowSession {
public:
    WindowSession(Table& table, int threads, const StopSignal& stop)
        : table_(table), threads_(threads), stop_(stop), display_(folder_, stop) {}

    [[nodiscard]] bool has_display() const { return !display_.name().empty(); }

    void tax_and_rest(int rounds) {
        Row tax{
            "ui.tax", "epochs per second with the window open over headless, " + display_.name(),
            "share",  {},
            {},       {}};
        Row rate{"ui.frames", "drawn each second while it trains", "1/s", {}, {}, {}};
        Row frames{"ui.frame", "work of a frame while it trains, median", "ms", {}, {}, {}};
        Row slowest{"ui.frame.p99", "the same, the longest of a hundred", "ms", {}, {}, {}};
        Row idle{"idle.cpu", "of one core, window open, run at rest, 10 s", "%", {}, {}, {}};
        table_.begin();
        for (int round = 0; round < rounds; ++round) {
            const Window window = train_in_window(kEpochs, {});
            const double since = time_of(window.lines, kFirstEpochs);
            const double with_window = (kEpochs - kFirstEpochs) / (window.end.seconds - since);
            const std::vector<double> work = frames_of(window.lines, since);
            if (!work.empty()) {
                frames.rounds.push_back(median(work));
                slowest.rounds.push_back(work[work.size() * 99 / 100]);
                rate.rounds.push_back(static_cast<double>(work.size()) /
                                      (window.end.seconds - since));
            }
            if (round == 0) {
                std::this_thread::sleep_for(std::chrono::seconds(1)); // the last frames
                const double before = window.process->cpu_seconds();
                const auto began = Clock::now();
                while (seconds_since(began) < kIdleSeconds) {
                    wait_a_little(stop_);
                }
                idle.rounds.push_back(100 * (window.process->cpu_seconds() - before) /
                                      seconds_since(began));
            }
            const double headless = (kEpochs - kFirstEpochs) /
                                    (headless_seconds(kEpochs) - headless_seconds(kFirstEpochs));
            tax.rounds.push_back(with_window / headless);
        }
        table_.add(at_least(tax, 0.8));
        table_.add(rate);
        table_.add(frames);
        table_.add(slowest);
        idle.timing = false; // what others do leaves it as it is
        table_.add(at_most(idle, 2));
    }

    void grok(int rounds) {
        Row wall{"grok.wall", "to the grok epoch, seed 999, baseline, window open", "s", {}, {},
                 {}};
        Row bare{"grok.bare", "the same without a window, from start to end", "s", {}, {}, {}};
        Row tax{"grok.tax", "the first over the second", "x", {}, {}, {}};
        table_.begin();
        for (int round = 0; round < rounds; ++round) {
            bare.rounds.push_back(headless_seconds(kGrokEpochs, {"--until-grok"}));
            if (has_display()) {
                const Window window = train_in_window(kGrokEpochs, {"--until-grok"});
                const auto started = std::ranges::find(window.lines, "running", &LogLine::state);
                wall.rounds.push_back(window.end.seconds - started->seconds);
                tax.rounds.push_back(wall.rounds.back() / bare.rounds.back());
            }
        }
        if (has_display()) {
            table_.add(wall);
        }
        table_.add(bare);
        if (has_display()) {
            table_.add(at_most(tax, kMostGrokTax));
        }
    }

private:
    struct Window {
        std::unique_ptr<ChildProcess> process; ///< still there, its run finished
        std::vector<LogLine> lines;
        LogLine end;
    };

    [[nodiscard]] std::vector<std::string> arguments(const std::vector<std::string>& more) {
        std::vector<std::string> all = more;
        all.insert(all.end(), {"--threads", std::to_string(threads_), "--notebook",
                               folder_.file(fmt::format("notebook{}.db", ++notebooks_))});
        return all;
    }

    /// With folders of its own, so that nothing of the user's is read or written.
    [[nodiscard]] ChildProcess::Options options(Variables variables) const {
        variables.emplace_back("XDG_DATA_HOME", folder_.file("data"));
        variables.emplace_back("XDG_CONFIG_HOME", folder_.file("config"));
        return {
            .environment = std::move(variables), .output_file = "/dev/null", .patience = kPatience};
    }

    /// Time of the first line at or behind an epoch.
    static double time_of(const std::vector<LogLine>& lines, int epoch) {
        const auto found = std::ranges::find_if(
            lines, [epoch](const LogLine& line) { return line.epoch >= epoch; });
        return found == lines.end() ? 0 : found->seconds;
    }

    Window train_in_window(int epochs, const std::vector<std::string>& more) {
        const std::string log = folder_.file("window.log");
        std::filesystem::remove(log);
        std::vector<std::string> words = {own_program(),          "--start",  "--epochs",
                                          std::to_string(epochs), "--ui-log", log};
        words.insert(words.end(), more.begin(), more.end());
        Window window;
        window.process =
            std::make_unique<ChildProcess>(arguments(words), options(display_.variables()));
        LogReader log_lines(log);
        const auto began = Clock::now();
        while (window.process->is_running() && seconds_since(began) < 900) {
            wait_a_little(stop_);
            log_lines.read_on(window.lines);
            const auto end = std::ranges::find(window.lines, "finished", &LogLine::state);
            if (end != window.lines.end()) {
                window.end = *end;
                return window;
            }
        }
        throw std::runtime_error("the window did not train to the end");
    }

    /// Wall time of the whole program.
    double headless_seconds(int epochs, const std::vector<std::string>& more = {}) {
        std::vector<std::string> words = {own_program(), "train", "--quiet", "--epochs",
                                          std::to_string(epochs)};
        words.insert(words.end(), more.begin(), more.end());
        const auto began = Clock::now();
        ChildProcess process(arguments(words), options({}));
        while (!process.has_ended_within(std::chrono::milliseconds(100))) {
            stop_.check();
        }
        if (process.finish() != 0) {
            throw std::runtime_error("training without a window failed");
        }
        return seconds_since(began);
    }

    Table& table_;
    const int threads_;
    const StopSignal& stop_;
    const ScratchFolder folder_;
    const Display display_;
    int notebooks_ = 0;
};

} // namespace

void measure_window(Table& table, int threads, const WindowRounds& rounds, const StopSignal& stop) {
    try {
        WindowSession session(table, threads, stop);
        if (session.has_display()) {
            session.tax_and_rest(rounds.tax);
        } else {
            table.note("ui.tax, idle.cpu: not measured, no display and no Xvfb");
        }
        session.grok(rounds.grok);
    } catch (const Stopped&) {
        throw;
    } catch (const std::exception& error) {
        table.note(fmt::format("ui.tax, idle.cpu, grok.wall: not measured, {}", error.what()));
    }
}

} // namespace grokscope::bench
