#include "app/options/options.h"

#include "app/options/argument_text.h"
#include "app/options/completion.h"
#include "app/options/idle_options.h"
#include "app/options/inspect_options.h"
#include "app/options/manual_page.h"
#include "app/options/measure_options.h"
#include "app/options/notebook_options.h"
#include "app/options/picture_options.h"
#include "app/options/presets.h"
#include "app/options/run_options.h"
#include "app/options/sfm_options.h"
#include "app/options/sweep_options.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/shown_text.h"
#include "engine/store/home_folder.h"
#include "engine/store/notebook_path.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

namespace grokscope {

namespace {

constexpr const char* kExamples = R"(Examples:
  grokscope                                        open the window
  grokscope --stencil=baseline --stencil=-1,0,1    the window with two runs to race
  grokscope --screenshot grok.png --after-epoch 2000 --stencil=-1,0,1
  grokscope train --until-grok                     the published experiment, no window
  grokscope train --stencil=-1,0,1 --seed 0 --csv run.csv --json run.json
  grokscope bench                                  speed, against plain PyTorch where present
  grokscope train --help                           every setting of a run
  grokscope train --resume last                    go on where the last run stopped
  grokscope sweep --stencils all --seeds 5         all eight stencils, paired statistics
  grokscope list                                   the recorded runs; see also show, export, import
  grokscope verify last                            train it once more: are the bits the same?
  grokscope view last                              the window on a recorded run
  grokscope inspect last --ablate-frequency 14     take its model apart
  grokscope measure last                           the laboratory's instruments on its weights
  grokscope sfm --p 59 --n 1000                    the theory: a machine that memorises and collapses
Exit codes:
  0  done
  1  begun and failed: a run, a disk, a damaged or locked notebook, a result that is incomplete
  2  wrong usage, found before anything was done: an argument that is wrong or names what is not
     there, is no notebook, exists already or may not be written
  3  no display or no OpenGL 3.3, or the display went away
  128 + signal number when Ctrl-C, a kill or a hang-up stopped it, after writing what there is: the
     window ends as if it were closed. A second signal a second later ends it at once; nohup works.)";

constexpr const char* kTrainExamples = R"(Examples:
  grokscope train --until-grok
  grokscope train --stencil=-1,0,1 --epochs 5000 --csv stencil.csv
  grokscope train --p 97 --frac 0.5 --seed 7 --until-stable --json run.json --quiet
  grokscope train --branch 3 --at 4000 --set weight_decay=0     what if the decay ended there?
Columns of the CSV: epoch, train_loss, test_loss, train_acc, test_acc, mismatch_m1, _0, _p1 for the
offsets -1, 0, +1 of the stencil, mirrored_loss, new_loss, mirrored_acc, new_acc; `nan` is missing. Train figures
belong to the weights before the epoch's update, test figures to those after it; mirrored are the
test pairs (a, b) of which (b, a) trains where the operation commutes, new the others. Existing files are kept unless --force is given; the FILE `-` is
standard output, and all else is then told on standard error. --jsonl, and --csv to standard output,
write each row as it comes; other files appear whole at the end. docs/formats.md has all formats.)";

/// What the options of the commands write to while parsing.
struct Draft {
    Mistakes mistakes;
    WindowOptions window;
    TrainOptions train;
    BenchOptions bench;
    VerifyOptions verify;
    RunOptions window_run;
    RunOptions train_run;
    ShowOptions describe;
    bool has_after_epoch = false;
    bool has_epochs = false;
    bool wants_manual = false;
    std::string completion; ///< the shell that wants it
    bool presets_as_json = false;
};

void add_threads(CLI::App& app, Draft& draft, int& threads) {
    add_text_option(app, "--threads", "N", "worker threads, 1..256 [by the number of cores]",
                    [&draft, &threads](const std::string& text) {
                        const auto value = parse_number<int>("--threads", text, draft.mistakes);
                        if (value && (*value < 1 || *value > 256)) {
                            draft.mistakes.push_back(fmt::format(
                                "--threads must lie between 1 and 256, got {}", *value));
                        } else {
                            threads = value.value_or(0);
                        }
                    });
}

void add_simd(CLI::App& app, Draft& draft, std::optional<fused::SimdLevel>& simd) {
    using fused::SimdLevel;
    static constexpr std::array kLevels = {SimdLevel::kPortable, SimdLevel::kSse4, SimdLevel::kNeon,
                                           SimdLevel::kAvx2, SimdLevel::kAvx512};
    add_text_option(
        app, "--simd", "NAME",
        "best instruction set to use: auto, portable, sse4, neon, avx2 or avx512 [auto]",
        [&draft, &simd](const std::string& text) {
            const auto choice =
                parse_choice("--simd", text, {"auto", "portable", "sse4", "neon", "avx2", "avx512"},
                             draft.mistakes);
            simd.reset();
            if (!choice || *choice == 0) {
                return;
            }
            const SimdLevel level = kLevels.at(*choice - 1);
            const std::vector<SimdLevel> available = fused::available_simd_levels();
            if (std::ranges::find(available, level) != available.end()) {
                simd = level;
                return;
            }
            std::vector<std::string_view> names;
            std::ranges::transform(available, std::back_inserter(names), fused::name_of);
            draft.mistakes.push_back(fmt::format(
                "--simd {}: this processor has no {}; it has {}, and auto takes the last of them",
                text, fused::name_of(level), fmt::join(names, ", ")));
        });
}

void add_window_options(CLI::App& app, Draft& draft) {
    WindowOptions& window = draft.window;
    Mistakes& mistakes = draft.mistakes;
    add_notebook_option(app, mistakes, window.notebook);
    add_text_option(app, "--resume", "RUN", "show a recorded run, too, to go on with it",
                    [&](const std::string& text) {
                        if (text.empty()) {
                            mistakes.emplace_back("--resume needs a value");
                        }
                        window.recorded = text;
                    });
    app.add_flag("--start", window.start, "train at once instead of waiting for Start");
    add_path_option(app, mistakes, "--screenshot", window.screenshot_path,
                    "train, save the window as PNG after --after-epoch, and exit");
    add_text_option(app, "--after-epoch", "N", "epoch of the first run to wait for [0]",
                    [&](const std::string& text) {
                        draft.has_after_epoch = true;
                        const auto value = parse_number<int>("--after-epoch", text, mistakes);
                        if (value && *value < 0) {
                            mistakes.push_back(
                                fmt::format("--after-epoch must be 0 or more, got {}", *value));
                        }
                        window.after_epoch = value.value_or(0);
                    });
    add_look_options(app, window, mistakes);
    add_text_option(app, "--shaders", "FOLDER",
                    "read shaders from this folder and reload them when they change",
                    [&](const std::string& text) {
                        std::error_code ignored;
                        window.shader_folder = with_home(text);
                        if (!std::filesystem::is_directory(window.shader_folder, ignored)) {
                            mistakes.push_back(fmt::format(
                                "--shaders must name a folder with shaders, got '{}'", text));
                        }
                    });
    add_text_option(app, "--ring-slots", "N",
                    "slots of each channel between engine and window, 1..65536, for tests",
                    [&](const std::string& text) {
                        const auto value = parse_number<int>("--ring-slots", text, mistakes);
                        if (value && (*value < 1 || *value > 65536)) {
                            mistakes.push_back(fmt::format(
                                "--ring-slots must lie between 1 and 65536, got {}", *value));
                        } else if (value) {
                            const auto slots = static_cast<std::size_t>(*value);
                            window.channel_sizes = {slots, slots, slots, slots, slots, slots};
                        }
                    });
    add_threads(app, draft, window.threads);
    draft.window_run.add_to(app, mistakes);
}

void add_train_options(CLI::App& app, Draft& draft) {
    TrainOptions& train = draft.train;
    add_notebook_option(app, draft.mistakes, train.notebook);
    add_text_option(app, "--resume", "RUN",
                    "go on with a recorded run, a number or `last`; --epochs gives it more",
                    [&draft, &train](const std::string& text) {
                        if (text.empty()) {
                            draft.mistakes.emplace_back("--resume needs a value");
                        }
                        train.resume = text;
                    });
    add_fork_options(app, train.fork, draft.mistakes);
    add_path_option(app, draft.mistakes, "--csv", train.csv_path, "write the metrics as CSV");
    add_path_option(app, draft.mistakes, "--json", train.json_path,
                    "write configuration, versions, metrics and marks as JSON");
    add_path_option(app, draft.mistakes, "--jsonl", train.jsonl_path,
                    "write the metrics as they come, one JSON object a line");
    add_path_option(app, draft.mistakes, "--progress-csv", train.progress_csv_path,
                    "write the progress measures as CSV");
    app.add_flag("--force", train.force, "overwrite existing files");
    app.add_flag("--quiet", train.quiet, "print nothing but errors");
    add_threads(app, draft, train.threads);
    add_simd(app, draft, train.simd);
    draft.train_run.add_to(app, draft.mistakes);
    app.footer(kTrainExamples);
}

void add_bench_options(CLI::App& app, Draft& draft) {
    BenchOptions& bench = draft.bench;
    add_threads(app, draft, bench.threads);
    add_simd(app, draft, bench.simd);
    add_text_option(app, "--rounds", "N", "rounds of which medians are taken, 1..100 [5]",
                    [&](const std::string& text) {
                        const auto value = parse_number<int>("--rounds", text, draft.mistakes);
                        if (value && (*value < 1 || *value > 100)) {
                            draft.mistakes.push_back(
                                fmt::format("--rounds must lie between 1 and 100, got {}", *value));
                        } else {
                            bench.rounds = value.value_or(bench.rounds);
                        }
                    });
    const std::vector<std::string> parts(kBenchPartNames.begin(), kBenchPartNames.end());
    add_text_option(
        app, "--only", "LIST",
        fmt::format("parts of the table to measure: {} [all]", fmt::join(parts, ", ")),
        [&bench, &draft, parts](const std::string& text) {
            bench.only.clear();
            for (const std::string& name : split_text(text, ',')) {
                const std::size_t begin = std::min(name.find_first_not_of(' '), name.size());
                const auto part = parse_choice("--only", name.substr(begin), parts, draft.mistakes);
                if (part && std::ranges::find(bench.only, static_cast<BenchPart>(*part)) ==
                                bench.only.end()) {
                    bench.only.push_back(static_cast<BenchPart>(*part));
                }
            }
        });
    add_path_option(app, draft.mistakes, "--json", bench.json_path,
                    "write all figures of all rounds as JSON");
    add_path_option(app, draft.mistakes, "--oracle", bench.oracle_path,
                    "the PyTorch program to compare with [reference_train.py of the source tree]");
    app.add_flag("--force", bench.force, "overwrite an existing file");
}

void add_verify_options(CLI::App& app, Draft& draft) {
    app.add_option("RUN", draft.verify.run, "number of the run, or `last`");
    add_notebook_option(app, draft.mistakes, draft.verify.notebook);
    app.add_flag("--quiet", draft.verify.quiet, "print nothing but the answer and errors");
    add_threads(app, draft, draft.verify.threads);
    add_simd(app, draft, draft.verify.simd);
    app.footer(
        "It trains as far as the record goes and compares the figures of every evaluated epoch\n"
        "and the state to go on from, bit for bit. 0: all are the same; 1: they are not, and the\n"
        "first other epoch is named, with where the run was computed and where now.");
}

/// What is left over after parsing: options and words that nothing knows.
void refuse_extras(const std::vector<std::string>& extras, Mistakes& mistakes) {
    bool after_unknown_option = false;
    for (const std::string& extra : extras) {
        if (extra.starts_with('-')) {
            const std::string option = extra.substr(0, extra.find('='));
            const bool former = option == "--ildr-every" || option == "--commutator-every";
            mistakes.push_back("there is no option " + option +
                               (former
                                    ? "; it is --measure " +
                                          option.substr(2, option.find("-every") - 2) + ":EVERY now"
                                    : "; --help lists them"));
            after_unknown_option = extra.find('=') == std::string::npos;
        } else if (!std::exchange(after_unknown_option, false)) { // else it was meant as its value
            mistakes.push_back("\"" + extra +
                               "\" is no command; `train` trains without a window, `bench` "
                               "measures, none opens it");
        }
    }
}

void check_configurations(const std::vector<RunConfig>& configs, Mistakes& mistakes) {
    for (const RunConfig& config : configs) {
        std::vector<std::string> found = config.validate();
        std::ranges::move(mistakes_of(config.measure), std::back_inserter(found));
        for (std::string& mistake : found) {
            if (std::ranges::find(mistakes, mistake) == mistakes.end()) {
                mistakes.push_back(std::move(mistake));
            }
        }
    }
}

void finish_window(const CLI::App& app, Draft& draft) {
    WindowOptions& window = draft.window;
    window.runs = draft.window_run.configurations();
    window.preset = draft.window_run.preset();
    check_configurations(window.runs, draft.mistakes);
    // Settings of probes are for the stencils that buttons add.
    if (window.runs.front().stop_when_grokked && window.runs.front().stop_when_stable) {
        draft.mistakes.emplace_back(kBothEnds);
    }
    refuse_idle_force(app, {"--screenshot", "--ui-log"}, draft.mistakes);
    refuse_idle_weights(app, draft.window.notebook, draft.mistakes);
    if (draft.has_after_epoch && window.screenshot_path.empty()) {
        draft.mistakes.emplace_back("--after-epoch needs --screenshot FILE");
    }
    if (!window.screenshot_path.empty()) {
        window.start = true;
        if (window.after_epoch > window.runs.front().epochs) {
            draft.mistakes.push_back(
                fmt::format("--after-epoch {} is never reached: --epochs is {}", window.after_epoch,
                            window.runs.front().epochs));
        }
    }
}

/// --describe prints and ends: nothing but the notebook matters to it.
void refuse_beside_describe(const CLI::App& app, Mistakes& mistakes) {
    for (const CLI::Option* option : app.get_options()) {
        const std::string name = option->get_name();
        if (option->count() > 0 && name != "--describe" && name != "--notebook") {
            mistakes.push_back("--describe prints a recorded run and opens no window: " + name +
                               " would do nothing, leave it out");
        }
    }
}

/// A run that goes on has its settings from the notebook; only the limit may be another.
void finish_resume(const CLI::App& command, Draft& draft) {
    if (const auto given = given_run_options(command, {"--epochs"}); !given.empty()) {
        draft.mistakes.push_back(
            fmt::format("--resume takes the recorded run's own settings; of those, only "
                        "--epochs may be given, not {}",
                        fmt::join(given, ", ")));
    }
    if (draft.has_epochs) {
        draft.train.resume_epochs = draft.train.config.epochs;
    }
    if (draft.train.notebook == kNoNotebook) {
        draft.mistakes.emplace_back("--resume needs a notebook, but --notebook is none");
    }
}

void finish_train(const CLI::App& command, Draft& draft) {
    const std::vector<RunConfig> configs = draft.train_run.configurations();
    if (configs.size() > 1) {
        draft.mistakes.emplace_back("`train` trains one run: give --stencil once");
    }
    check_configurations({configs.front()}, draft.mistakes);
    draft.train.config = configs.front();
    draft.train.preset = draft.train_run.preset();
    refuse_idle_force(command, {"--csv", "--json", "--jsonl", "--progress-csv"}, draft.mistakes);
    refuse_idle_weights(command, draft.train.notebook, draft.mistakes);
    const TrainOptions& train = draft.train;
    const std::array<std::pair<const char*, const std::string*>, 4> files = {
        {{"--csv", &train.csv_path},
         {"--json", &train.json_path},
         {"--jsonl", &train.jsonl_path},
         {"--progress-csv", &train.progress_csv_path}}};
    for (auto one = files.begin(); one != files.end(); ++one) {
        for (auto other = one + 1; other != files.end(); ++other) {
            if (!one->second->empty() && *one->second == *other->second) {
                draft.mistakes.push_back(
                    fmt::format("{} and {} name the same file", one->first, other->first));
            }
        }
    }
    if (!train.progress_csv_path.empty() && train.config.progress_every == 0) {
        draft.mistakes.emplace_back(
            "--progress-csv needs rows to write: leave --progress-every above 0");
    }
    finish_fork(command, train.fork, !train.resume.empty(), train.notebook != kNoNotebook,
                draft.mistakes);
    if (!train.fork.original.empty()) {
        return; // its settings are those of the run it forks from
    }
    if (!train.resume.empty()) {
        finish_resume(command, draft);
    } else {
        refuse_idle_run_options(command, train.config, draft.mistakes);
    }
}

} // namespace

Invocation parse_command_line(std::span<const std::string> arguments) {
    Draft draft;
    CLI::App app("An oscilloscope for grokking: watch a small transformer learn a + b, a - b, a * "
                 "b or a / b modulo 113.",
                 "grokscope");
    app.footer(kExamples);
    app.allow_extras();
    app.require_subcommand(0, 1);
    const std::string version = fmt::format("grokscope {}\n", GROKSCOPE_VERSION);
    app.set_version_flag("--version", version, "print the version and exit");
    app.add_flag("--man-page", draft.wants_manual, "print this manual page, for man, and exit");
    add_text_option(app, "--completion", "SHELL",
                    "print what bash or zsh needs to complete commands and options, and exit",
                    [&draft](const std::string& text) {
                        draft.completion = text;
                        (void)parse_choice("--completion", text, {"bash", "zsh"}, draft.mistakes);
                    });
    add_text_option(app, "--describe", "RUN",
                    "tell a recorded run in words, for screen readers: `show` by another name",
                    [&draft](const std::string& text) {
                        if (text.empty()) {
                            draft.mistakes.emplace_back("--describe needs a value");
                        }
                        draft.describe.run = text;
                    });
    add_window_options(app, draft);

    CLI::App* train = app.add_subcommand("train", "train one run without a window")->allow_extras();
    add_train_options(*train, draft);
    SweepCommand sweep;
    sweep.add_to(app, draft.mistakes);
    NotebookCommands notebook_commands;
    notebook_commands.add_to(app, draft.mistakes);
    InspectCommand inspect;
    inspect.add_to(app, draft.mistakes);
    MeasureCommand measure;
    measure.add_to(app, draft.mistakes);
    SfmCommand sfm;
    sfm.add_to(app, draft.mistakes);
    CLI::App* bench =
        app.add_subcommand("bench", "measure speed against plain PyTorch")->allow_extras();
    add_bench_options(*bench, draft);
    bench->footer(
        "Examples:\n"
        "  grokscope bench                                  speed, beside that of plain PyTorch\n"
        "  grokscope bench --rounds 20 --json figures.json");
    CLI::App* verify =
        app.add_subcommand("verify", "train a recorded run once more and compare it bit for bit")
            ->allow_extras();
    add_verify_options(*verify, draft);
    CLI::App* presets =
        app.add_subcommand("presets", "list the configurations to start from")->allow_extras();
    presets->add_flag("--json", draft.presets_as_json, "as JSON, with all their settings");
    verify->footer(
        "Examples:\n"
        "  grokscope verify last                            are the bits the same?\n"
        "  grokscope verify 3 --threads 1                   with another number of threads\n"
        "0: the record is repeated; 1: it says where it differs first.");
    presets->footer(
        "Examples:\n"
        "  grokscope presets                                names and what they are for\n"
        "  grokscope train --preset thirty-seconds          one of them");

    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        return PrintText{app.help()};
    } catch (const CLI::CallForVersion&) {
        return PrintText{version};
    } catch (const CLI::ParseError& error) {
        draft.mistakes.emplace_back(error.what());
    }

    refuse_extras(app.remaining(), draft.mistakes);
    const CLI::App* command = train->parsed()     ? train
                              : bench->parsed()   ? bench
                              : presets->parsed() ? presets
                              : verify->parsed()  ? verify
                              : sweep.parsed()    ? sweep.parsed()
                              : inspect.parsed()  ? inspect.parsed()
                              : measure.parsed()  ? measure.parsed()
                              : sfm.parsed()      ? sfm.parsed()
                                                  : notebook_commands.parsed();
    Invocation invocation;
    if (command != nullptr) {
        refuse_extras(command->remaining(), draft.mistakes);
        for (const CLI::Option* option : app.get_options()) {
            if (option->count() > 0) {
                draft.mistakes.push_back(option->get_name() + " must come after the word " +
                                         command->get_name());
            }
        }
    }
    if (train->parsed()) {
        draft.has_epochs = train->get_option("--epochs")->count() > 0;
        finish_train(*train, draft);
        invocation = draft.train;
    } else if (bench->parsed()) {
        refuse_idle_force(*bench, {"--json"}, draft.mistakes);
        invocation = draft.bench;
    } else if (presets->parsed()) {
        invocation = PrintText{draft.presets_as_json ? presets_in_json() : presets_in_words()};
    } else if (verify->parsed()) {
        if (draft.verify.run.empty()) {
            draft.mistakes.emplace_back("`verify` needs the number of a run, or `last`");
        }
        invocation = draft.verify;
    } else if (sweep.parsed() != nullptr) {
        invocation = sweep.finish(draft.mistakes);
    } else if (inspect.parsed() != nullptr) {
        invocation = inspect.finish(draft.mistakes);
    } else if (measure.parsed() != nullptr) {
        invocation = measure.finish(draft.mistakes);
    } else if (sfm.parsed() != nullptr) {
        invocation = sfm.finish(draft.mistakes);
    } else if (command != nullptr) {
        invocation = notebook_commands.finish(draft.mistakes);
    } else if (draft.wants_manual) {
        invocation = PrintText{manual_page(app, GROKSCOPE_VERSION)};
    } else if (!draft.completion.empty()) {
        invocation =
            PrintText{draft.completion == "zsh" ? zsh_completion(app) : bash_completion(app)};
    } else if (!draft.describe.run.empty()) {
        draft.describe.notebook = draft.window.notebook;
        refuse_beside_describe(app, draft.mistakes);
        invocation = draft.describe;
    } else {
        finish_window(app, draft);
        invocation = draft.window;
    }
    if (!draft.mistakes.empty()) {
        for (std::string& mistake : draft.mistakes) { // it quotes what was given
            mistake = shown_line(mistake);
        }
        throw UsageError(fmt::format("{}", fmt::join(draft.mistakes, "\n")));
    }
    return invocation;
}

} // namespace grokscope
