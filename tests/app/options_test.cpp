// The command line: what it means, and every mistake named.
#include "app/options.h"
#include "app/presets.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace grokscope {
namespace {

using Arguments = std::vector<std::string>;

template <typename Expected>
Expected parse(const Arguments& arguments) {
    const Invocation invocation = parse_command_line(arguments);
    if (!std::holds_alternative<Expected>(invocation)) {
        ADD_FAILURE() << "another command was understood";
        return {};
    }
    return std::get<Expected>(invocation);
}

/// The sentences about what is wrong.
std::vector<std::string> mistakes_in(const Arguments& arguments) {
    try {
        (void)parse_command_line(arguments);
    } catch (const UsageError& error) {
        std::vector<std::string> lines;
        std::string line;
        for (const char* letter = error.what(); *letter != '\0'; ++letter) {
            if (*letter == '\n') {
                lines.push_back(std::exchange(line, {}));
            } else {
                line += *letter;
            }
        }
        lines.push_back(line);
        return lines;
    }
    return {};
}

bool mentions(const std::vector<std::string>& lines, const std::string& text) {
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

TEST(Options, NoArgumentsOpenTheWindowWithOneIdleBaseline) {
    const auto window = parse<WindowOptions>({});
    EXPECT_EQ(window.runs, std::vector<RunConfig>{RunConfig{}});
    EXPECT_FALSE(window.start);
    EXPECT_TRUE(window.screenshot_path.empty());
}

TEST(Options, SimdNamesTheBestInstructionSetToUse) {
    using fused::SimdLevel;
    EXPECT_EQ(parse<TrainOptions>({"train"}).simd, std::nullopt);
    EXPECT_EQ(parse<TrainOptions>({"train", "--simd", "auto"}).simd, std::nullopt);
    EXPECT_TRUE(mentions(mistakes_in({"train", "--simd", "mmx"}), "mmx"));
#if defined(__x86_64__)
    EXPECT_EQ(parse<TrainOptions>({"train", "--simd", "portable"}).simd, SimdLevel::kPortable);
    EXPECT_EQ(parse<BenchOptions>({"bench", "--simd=portable"}).simd, SimdLevel::kPortable);
    const auto mistakes = mistakes_in({"bench", "--simd", "neon"});
    EXPECT_EQ(mistakes.size(), 1U);
    EXPECT_TRUE(mentions(mistakes, "this processor has no NEON; it has portable"));
#endif
}

TEST(Options, TrainWithoutOptionsIsTheDefaultRun) {
    const auto train = parse<TrainOptions>({"train"});
    EXPECT_EQ(train.config, RunConfig{});
    EXPECT_EQ(train.threads, 0);
    EXPECT_FALSE(train.quiet);
}

TEST(Options, EverySettingOfARunHasItsOption) {
    const auto train = parse<TrainOptions>({"train",
                                            "--preset",
                                            "transformerlens",
                                            "--p",
                                            "97",
                                            "--frac",
                                            "0.5",
                                            "--seed",
                                            "4294967295",
                                            "--split-seed",
                                            "7",
                                            "--lr",
                                            "2e-3",
                                            "--warmup",
                                            "5",
                                            "--weight-decay",
                                            "0.5",
                                            "--beta1",
                                            "0.8",
                                            "--beta2",
                                            "0.99",
                                            "--init-scale",
                                            "2",
                                            "--d-model",
                                            "64",
                                            "--heads",
                                            "8",
                                            "--d-mlp",
                                            "256",
                                            "--epochs",
                                            "123",
                                            "--eval-every",
                                            "3",
                                            "--snapshot-every",
                                            "4",
                                            "--progress-every",
                                            "6",
                                            "--progress-csv",
                                            "p.csv",
                                            "--weights-every",
                                            "25",
                                            "--exact-weights",
                                            "--stencil",
                                            "-1,0,1",
                                            "--stencil-weight",
                                            "0.2",
                                            "--probe-width",
                                            "32",
                                            "--probe-lr",
                                            "1e-4",
                                            "--engine",
                                            "reference",
                                            "--until-stable",
                                            "--threads",
                                            "3",
                                            "--csv",
                                            "a.csv",
                                            "--json",
                                            "a.json",
                                            "--force",
                                            "--quiet"});
    RunConfig expected = RunConfig::of(Preset::kTransformerLens);
    expected.p = 97;
    expected.train_fraction = 0.5;
    expected.seed = 4294967295U;
    expected.split_seed = 7;
    expected.learning_rate = 2e-3;
    expected.warmup_epochs = 5;
    expected.weight_decay = 0.5;
    expected.beta1 = 0.8;
    expected.beta2 = 0.99;
    expected.init_scale = 2;
    expected.d_model = 64;
    expected.heads = 8;
    expected.d_mlp = 256;
    expected.epochs = 123;
    expected.eval_every = 3;
    expected.snapshot_every = 4;
    expected.progress_every = 6;
    expected.weights_every = 25;
    expected.exact_weights = true;
    expected.stencil = Stencil::of({-1, 0, 1});
    expected.stencil_weight = 0.2;
    expected.probe_width = 32;
    expected.probe_learning_rate = 1e-4;
    expected.step = StepKind::kReference;
    expected.stop_when_stable = true;
    EXPECT_EQ(train.config, expected);
    EXPECT_EQ(train.threads, 3);
    EXPECT_EQ(train.csv_path, "a.csv");
    EXPECT_EQ(train.json_path, "a.json");
    EXPECT_EQ(train.progress_csv_path, "p.csv");
    EXPECT_TRUE(train.force);
    EXPECT_TRUE(train.quiet);
}

TEST(Options, PresetComesFirstWhereverItStands) {
    const auto train =
        parse<TrainOptions>({"train", "--warmup", "20", "--preset", "transformerlens"});
    EXPECT_EQ(train.config.warmup_epochs, 20);
    EXPECT_FALSE(train.config.train_biases);
}

TEST(Options, EveryBuiltInPresetIsSoundAndHasASentence) {
    const std::vector<RunPreset> presets = built_in_presets();
    ASSERT_GE(presets.size(), 9U);
    EXPECT_EQ(presets.front().name, "nanda");
    EXPECT_EQ(presets.front().config, RunConfig{});
    std::set<std::string> names;
    for (const RunPreset& preset : presets) {
        EXPECT_TRUE(names.insert(preset.name).second) << preset.name;
        EXPECT_FALSE(preset.title.empty()) << preset.name;
        EXPECT_TRUE(preset.sentence.ends_with('.')) << preset.name;
        EXPECT_EQ(parse<TrainOptions>({"train", "--preset", preset.name}).config, preset.config);
        EXPECT_NE(parse<PrintText>({"presets"}).text.find(preset.sentence), std::string::npos);
    }
    EXPECT_EQ(parse<TrainOptions>({"train", "--preset", "transformerlens"}).config,
              RunConfig::of(Preset::kTransformerLens));
}

TEST(Options, ConfigurationFilesAreReadAndOtherOptionsGoOnTop) {
    const store_test::ScratchFolder folder;
    const std::string file = (folder / "lesson.toml");
    std::ofstream(file) << "[run]\np = 59\nstencil = [0]\nepochs = 500\n";
    const auto train = parse<TrainOptions>({"train", "--epochs", "300", "--config", file});
    EXPECT_EQ(train.config.p, 59);
    EXPECT_EQ(train.config.epochs, 300);
    EXPECT_EQ(train.config.stencil, Stencil::of({0}));
    EXPECT_TRUE(parse<TrainOptions>({"train", "--config", file, "--stencil=baseline"})
                    .config.stencil.empty());
    EXPECT_TRUE(mentions(mistakes_in({"train", "--config", std::filesystem::temp_directory_path()}),
                         "this is a folder"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--seed", "99999999999"}), "0 to 4294967295"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--config", file, "--preset", "nanda"}),
                         "--preset and --config both say what to start from"));
    std::ofstream(file) << "[run]\np = 59\nseeds = 4\n";
    EXPECT_TRUE(mentions(mistakes_in({"train", "--config", file}),
                         "lesson.toml, line 3: unknown field \"seeds\""));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--preset", "nandu"}), "nanda, thirty-seconds"));
}

TEST(Options, ControlsAreChosenByName) {
    const auto train =
        parse<TrainOptions>({"train", "--stencil=-1,0,1", "--control", "frozen-probe"});
    EXPECT_EQ(train.config.control, Control::kFrozenProbe);
    EXPECT_EQ(train.config.label(), "[-1,0,+1] frozen");
    EXPECT_EQ(parse<TrainOptions>({"train", "--control", "activation-penalty"}).config.label(),
              "penalty 0.1");
    EXPECT_TRUE(mentions(mistakes_in({"train", "--control", "input-side"}), "give --stencil"));
    EXPECT_TRUE(
        mentions(mistakes_in({"train", "--control", "frozen"}), "--control must be one of"));
}

TEST(Options, StencilIsReadInEveryFormItIsWritten) {
    const Stencil full = Stencil::of({-1, 0, 1});
    for (const Arguments& form : {Arguments{"--stencil=-1,0,1"},
                                  {"--stencil", "-1,0,1"},
                                  {"--stencil=[-1,0,+1]"},
                                  {"--stencil", "1, 0, -1"},
                                  {"--stencil=-1,0,1,1"}}) {
        Arguments arguments{"train"};
        arguments.insert(arguments.end(), form.begin(), form.end());
        EXPECT_EQ(parse<TrainOptions>(arguments).config.stencil, full) << form.front();
    }
    for (const char* baseline : {"--stencil=baseline", "--stencil=none", "--stencil="}) {
        EXPECT_TRUE(parse<TrainOptions>({"train", baseline}).config.stencil.empty()) << baseline;
    }
}

TEST(Options, WindowMakesOneRunPerStencil) {
    const auto window =
        parse<WindowOptions>({"--seed", "5", "--stencil=baseline", "--stencil=-1,0,1", "--start"});
    ASSERT_EQ(window.runs.size(), 2U);
    EXPECT_TRUE(window.runs[0].stencil.empty());
    EXPECT_EQ(window.runs[1].stencil.label(), "[-1,0,+1]");
    EXPECT_EQ(window.runs[0].seed, 5U);
    EXPECT_EQ(window.runs[1].seed, 5U);
    EXPECT_TRUE(window.start);
}

TEST(Options, ScreenshotTrainsAtOnce) {
    const auto window =
        parse<WindowOptions>({"--screenshot", "a.png", "--after-epoch", "300", "--size", "1280x720",
                              "--theme", "light", "--scale", "2", "--ui-log", "log.jsonl"});
    EXPECT_EQ(window.screenshot_path, "a.png");
    EXPECT_EQ(window.after_epoch, 300);
    EXPECT_TRUE(window.start);
    ASSERT_TRUE(window.size.has_value());
    EXPECT_EQ(window.size->width, 1280);
    EXPECT_EQ(window.size->height, 720);
    EXPECT_EQ(window.theme, ThemeChoice::kLight);
    EXPECT_EQ(window.scale, 2);
    EXPECT_EQ(window.ui_log_path, "log.jsonl");
}

TEST(Options, NamesEveryMistakeAtOnce) {
    const auto mistakes =
        mistakes_in({"train",          "--p",    "4",  "--lr",         "abc",     "--frac",
                     "--stencil=9,x",  "--foo",  "3",  "--threads",    "0",       "--engine",
                     "fast",           "--seed", "-1", "--epochs=1e3", "--heads", "99999999999",
                     "--weight-decay", "11"});
    for (const char* option : {"--p", "--lr", "--frac", "--stencil", "--foo", "--threads",
                               "--engine", "--seed", "--epochs", "--heads", "--weight-decay"}) {
        EXPECT_TRUE(mentions(mistakes, option)) << option;
    }
    EXPECT_EQ(mistakes.size(), 12U) << "two of them in the stencil";
}

TEST(Options, AMistakeIsSaidOnceForTwoRuns) {
    EXPECT_EQ(mistakes_in({"--p", "4", "--stencil=0", "--stencil=1"}).size(), 1U);
}

TEST(Options, RefusesWhatCannotBeMeant) {
    EXPECT_TRUE(mentions(mistakes_in({"trian"}), "trian"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "5000"}), "5000"));
    EXPECT_TRUE(mentions(mistakes_in({"--p", "97", "train"}), "after the word train"));
    EXPECT_TRUE(mentions(mistakes_in({"--after-epoch", "5"}), "--screenshot"));
    EXPECT_TRUE(mentions(mistakes_in({"--shaders", "no-such-folder"}), "no-such-folder"));
    EXPECT_TRUE(
        mentions(mistakes_in({"--screenshot", "a.png", "--after-epoch", "500", "--epochs", "100"}),
                 "never reached"));
    EXPECT_TRUE(mentions(mistakes_in({"--size", "big"}), "WIDTHxHEIGHT"));
    EXPECT_TRUE(mentions(mistakes_in({"--size", "100x100"}), "--size"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--stencil=0", "--stencil=1"}), "once"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--csv", "x", "--json", "x"}), "same file"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--csv", "x", "--progress-csv", "x"}), "same file"));
    EXPECT_TRUE(
        mentions(mistakes_in({"train", "--json", "x", "--progress-csv", "x"}), "same file"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--progress-csv", "x", "--progress-every", "0"}),
                         "--progress-every"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--csv"}), "--csv needs a value"));
    EXPECT_TRUE(mentions(mistakes_in({"--screenshot"}), "--screenshot needs a value"));
}

TEST(Options, LastOfSeveralValuesCounts) {
    EXPECT_EQ(parse<TrainOptions>({"train", "--p", "97", "--p", "59"}).config.p, 59);
}

TEST(Options, HelpShowsExamplesAndEveryOption) {
    const std::string help = parse<PrintText>({"--help"}).text;
    EXPECT_NE(help.find("Examples:"), std::string::npos);
    EXPECT_NE(help.find("train"), std::string::npos);
    const std::string train = parse<PrintText>({"train", "--help"}).text;
    for (const char* option :
         {"--preset", "--stencil", "--until-grok", "--csv", "--force", "Examples:"}) {
        EXPECT_NE(train.find(option), std::string::npos) << option;
    }
}

TEST(Options, VersionIsOneLine) {
    const std::string version = parse<PrintText>({"--version"}).text;
    EXPECT_TRUE(version.starts_with("grokscope "));
    EXPECT_EQ(std::ranges::count(version, '\n'), 1);
}

TEST(ResumeOptions, TakeTheLimitThatIsGivenAlsoWhenItIsTheDefault) {
    EXPECT_EQ(parse<TrainOptions>({"train", "--resume", "last"}).resume_epochs, std::nullopt);
    EXPECT_EQ(parse<TrainOptions>({"train", "--resume", "3", "--epochs", "25000"}).resume_epochs,
              25000);
    EXPECT_EQ(parse<TrainOptions>({"train", "--resume", "3", "--epochs", "700"}).resume_epochs,
              700);
}

TEST(ResumeOptions, RefuseSettingsOfTheRecordedRun) {
    const std::vector<std::string> lines =
        mistakes_in({"train", "--resume", "3", "--seed", "5", "--notebook", "none"});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find("own settings"), std::string::npos) << lines[0];
    EXPECT_NE(lines[1].find("notebook"), std::string::npos) << lines[1];
}

TEST(ForkOptions, SayWhereAndWhatIsChanged) {
    const auto train =
        parse<TrainOptions>({"train", "--branch", "3", "--at", "4000", "--set", "weight_decay=0",
                             "--set", "grokfast=ema", "--set", "without-frequencies=41,23", "--set",
                             "muon=true", "--set", "stencil=-1,0"});
    EXPECT_EQ(train.fork.original, "3");
    EXPECT_EQ(train.fork.epoch, 4000);
    RunConfig original;
    original.p = 59;
    original.stop_when_grokked = true;
    RunConfig expected;
    expected.p = 59;
    expected.weight_decay = 0;
    expected.grokfast = Grokfast::kEma;
    expected.without_frequencies = FrequencySet::of({23, 41});
    expected.muon = true;
    expected.stencil = Stencil::of({-1, 0});
    EXPECT_EQ(train.fork.applied_to(original), expected) << "it may have grokked before";
    EXPECT_TRUE(parse<TrainOptions>({"train"}).fork.original.empty());
}

TEST(ForkOptions, SayWhatIsDoneToTheEmbeddings) {
    const auto train = parse<TrainOptions>(
        {"train", "--branch", "3", "--at", "4000", "--shuffle-embedding", "--scale-row", "7=-2",
         "--scale-row", "0=0.5", "--embedding-from", "last:2000", "--set", "frozen_tensors=W_E"});
    EXPECT_EQ(train.fork.embedding_from, "last");
    EXPECT_EQ(train.fork.embedding_epoch, 2000);
    RunConfig original;
    original.edits.scaled = {{1, 2}}; // they are done
    const RunConfig fork = train.fork.applied_to(original);
    EXPECT_EQ(fork.edits.text(), "shuffle,scale:0=0.5,scale:7=-2");
    EXPECT_EQ(fork.frozen.text(), "W_E");
}

TEST(Options, ATableDecidesOperationAndP) {
    const store_test::ScratchFolder folder;
    const std::string file = folder / "largest.csv";
    std::ofstream(file) << "0,1,2,3,4\n1,1,2,3,4\n2,2,2,3,4\n3,3,3,3,4\n4,4,4,4,4\n";
    const RunConfig config = parse<TrainOptions>({"train", "--table", file.c_str()}).config;
    EXPECT_EQ(config.operation, Operation::kTable);
    EXPECT_EQ(config.p, 5);
    EXPECT_EQ(config.table.name(), "largest");
    EXPECT_TRUE(config.arithmetic().is_commutative());
    EXPECT_EQ(
        parse<TrainOptions>({"train", "--p", "5", "--table", file.c_str(), "--op", "table"}).config,
        config);
    EXPECT_TRUE(mentions(mistakes_in({"train", "--table", file.c_str(), "--p", "7"}),
                         "largest has 5 rows, which is its p: leave --p out, got 7"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--table", (folder / "absent.csv").c_str()}),
                         "absent.csv: the file cannot be read"));
    std::ofstream(file) << "0,1,2,3,4\n1,1,2,3,x\n";
    EXPECT_TRUE(mentions(mistakes_in({"train", "--table", file.c_str()}),
                         "--table " + file + ", line 2, column 5: \"x\" is no class"));
}

TEST(ForkOptions, ARuleDropsTheDecayUnlessItIsGiven) {
    const auto changed = [](std::initializer_list<const char*> options) {
        std::vector<std::string> all{"train", "--branch", "3", "--at", "10"};
        all.insert(all.end(), options.begin(), options.end());
        return parse<TrainOptions>(all).fork.applied_to(RunConfig{}).weight_decay;
    };
    EXPECT_EQ(changed({"--set", "norm_clamp=true"}), 0);
    EXPECT_EQ(changed({"--set", "norm_clamp=true", "--set", "weight_decay=0.2"}), 0.2);
    EXPECT_EQ(changed({"--set", "temperature=2"}), 1);
}

TEST(ForkOptions, AChangeThatChangesNothingIsNamed) {
    const auto idle = [](const char* change, const RunConfig& original) {
        return parse<TrainOptions>({"train", "--branch", "3", "--at", "10", "--set", change})
            .fork.idle_in(original);
    };
    RunConfig original;
    EXPECT_NE(idle("probe_width=32", original).find("--set probe_width would change nothing"),
              std::string::npos);
    EXPECT_NE(idle("weight_decay=1", original).find("--set weight_decay"), std::string::npos);
    EXPECT_NE(idle("muon_learning_rate=0.1", original), "");
    EXPECT_EQ(idle("weight_decay=0.5", original), "");
    EXPECT_EQ(idle("norm_clamp=true", original), "");
    EXPECT_EQ(idle("epochs=30000", original), "") << "how long it trains is no figure";
    original.stencil = Stencil::of({0});
    EXPECT_EQ(idle("probe_width=32", original), "");
}

TEST(ForkOptions, NameEveryMistake) {
    const auto mistake = [](std::initializer_list<const char*> options) {
        std::vector<std::string> all{"train"};
        all.insert(all.end(), options.begin(), options.end());
        const Mistakes mistakes = mistakes_in(all);
        return mistakes.size() == 1 ? mistakes[0] : std::to_string(mistakes.size()) + " mistakes";
    };
    EXPECT_EQ(mistake({"--branch", "3"}), "--branch needs the epoch at which it forks: --at EPOCH");
    EXPECT_EQ(mistake({"--at", "30"}),
              "--at, --set, --embedding-from, --shuffle-embedding and --scale-row say how a fork "
              "goes on: give --branch RUN, too");
    EXPECT_EQ(mistake({"--shuffle-embedding"}), mistake({"--at", "30"}));
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--scale-row", "0"}),
              "--scale-row must be a number and the factor of its embedding, -1000 to 1000, as "
              "0=0.5, got \"0\"");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--scale-row", "0=1", "--scale-row", "0=2"}),
              "--scale-row 0 is given twice");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--embedding-from", ":7"}),
              "--embedding-from needs a run, as 3 or 3:2000");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "0"}), "--at must be an epoch from 1 on, got 0");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--p", "59"}),
              "--branch takes the recorded run's own settings; what the fork does otherwise is "
              "given by --set, not --p");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--notebook", "none"}),
              "--branch needs a notebook, but --notebook is none");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--resume", "2"}),
              "--resume goes on with a run, --branch forks from one: give one of them");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--set", "muon=yes"}),
              "--set muon must be one of false, true; got \"yes\"");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--set", "temperature=2", "--set",
                       "temperature=3"}),
              "--set temperature is given twice");
    for (const char* const wrong : {"seed=3", "p=97", "nothing=3", "muon", "d_model=64"}) {
        EXPECT_NE(mistake({"--branch", "3", "--at", "30", "--set", wrong})
                      .find("--set needs SETTING=VALUE with one of train_fraction"),
                  std::string::npos)
            << wrong;
    }
}

TEST(Options, SweepTakesANumberOfSeedsOrTheSeedsThemselves) {
    const auto seeds = [](const Arguments& more) {
        Arguments arguments = {"sweep", "--stencils", "0"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        std::vector<std::uint32_t> found;
        for (const RunConfig& config : parse<SweepOptions>(arguments).configs) {
            if (config.is_baseline()) {
                found.push_back(config.seed);
            }
        }
        return found;
    };
    using Seeds = std::vector<std::uint32_t>;
    EXPECT_EQ(seeds({"--seeds", "3"}), (Seeds{999, 0, 1}));
    EXPECT_EQ(seeds({"--seeds", "7,999,4294967295"}), (Seeds{7, 999, 4294967295}));
    EXPECT_EQ(seeds({"--seeds", "12,"}), Seeds{12});
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--seeds", "1,2,1"}), "the seed 1 twice"));
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--seeds", "1,x"}), "--seeds"));
    EXPECT_TRUE(
        mentions(mistakes_in({"sweep", "--seeds", "1,2", "--seed", "3"}), "leave --seed out"));
}

TEST(Options, SweepGoesThroughSettings) {
    const auto sweep = parse<SweepOptions>({"sweep", "--vary", "frac=0.2,0.4", "--vary", "p=23,29",
                                            "--seeds", "2", "--grid", "plane.csv"});
    ASSERT_EQ(sweep.configs.size(), 8U) << "baselines alone";
    EXPECT_EQ(sweep.varied.size(), 2U);
    EXPECT_EQ(sweep.grid_path, "plane.csv");
    EXPECT_EQ(sweep.configs[1].train_fraction, 0.2);
    EXPECT_EQ(sweep.configs[1].p, 29);
    EXPECT_EQ(sweep.configs[7].seed, 0U);
    const auto with_stencils = parse<SweepOptions>(
        {"sweep", "--vary", "operation=add,mul", "--stencils", "-1,0,1", "--seeds", "7,8"});
    EXPECT_EQ(with_stencils.configs.size(), 8U);
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--grid", "x.csv"}), "--vary"));
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--frac", "0.5", "--vary", "frac=0.2,0.4"}),
                         "goes through the values of train_fraction: leave --frac out"));
    EXPECT_TRUE(
        mentions(mistakes_in({"sweep", "--op", "mul", "--vary", "op=add,mul"}), "leave --op out"));
    EXPECT_TRUE(
        mentions(mistakes_in({"sweep", "--vary", "p=23", "--vary", "p=29"}), "names p twice"));
    EXPECT_TRUE(mentions(
        mistakes_in({"sweep", "--vary", "p=23", "--vary", "frac=0.3", "--vary", "lr=0.001"}),
        "at most 2 settings"));
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--op", "div", "--vary", "p=23,24"}), "got 24"));
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--vary", "frac=0.1:0.9:100", "--vary",
                                      "weight_decay=0.1:3:100", "--seeds", "100"}),
                         "at most 50000 runs"));
}

TEST(Options, InspectTakesAModelApart) {
    const auto plain = parse<InspectOptions>({"inspect", "last"});
    EXPECT_EQ(plain.run, "last");
    EXPECT_FALSE(plain.epoch);
    EXPECT_TRUE(plain.ablation.empty());

    const auto full = parse<InspectOptions>({"inspect",
                                             "3",
                                             "--epoch",
                                             "5000",
                                             "--keep-frequency",
                                             "14,35",
                                             "--in-embedding",
                                             "--zero-head",
                                             "0,2",
                                             "--mean-head",
                                             "1",
                                             "--mean-mlp",
                                             "--no-attention-skip",
                                             "--zero-mlp-skip",
                                             "--pair",
                                             "7,13",
                                             "--clock",
                                             "14",
                                             "--json",
                                             "--grid"});
    EXPECT_EQ(full.epoch, 5000);
    EXPECT_EQ(full.ablation.frequencies, (std::vector{14, 35}));
    EXPECT_TRUE(full.ablation.keep_only);
    EXPECT_EQ(full.ablation.place, FrequencyPlace::kEmbedding);
    EXPECT_EQ(full.zero_heads, (std::vector{0, 2}));
    EXPECT_EQ(full.mean_heads, std::vector{1});
    EXPECT_EQ(full.ablation.mlp, Replacement::kMean);
    EXPECT_FALSE(full.ablation.attention_skip);
    EXPECT_EQ(full.ablation.mlp_skip, Replacement::kZero);
    EXPECT_EQ(full.pair, (NumberPair{7, 13}));
    EXPECT_EQ(full.clock_frequencies, std::vector{14});
    EXPECT_TRUE(full.json && full.grids);
}

TEST(Options, EveryMistakeOfInspectIsNamed) {
    const auto mistakes = mistakes_in({"inspect", "--epoch", "-1", "--ablate-frequency", "3",
                                       "--keep-frequency", "4", "--zero-head", "1", "--mean-head",
                                       "1", "--pair", "7", "--grid", "--zero-mlp", "--mean-mlp"});
    EXPECT_TRUE(mentions(mistakes, "`inspect` needs the number of a run"));
    EXPECT_TRUE(mentions(mistakes, "--epoch must be 0 or more, got -1"));
    EXPECT_TRUE(mentions(mistakes, "--ablate-frequency and --keep-frequency exclude each other"));
    EXPECT_TRUE(mentions(mistakes, "head 1 cannot become both 0 and its mean"));
    EXPECT_TRUE(mentions(mistakes, "--pair needs two numbers, such as 7,13; got \"7\""));
    EXPECT_TRUE(mentions(mistakes, "--grid needs --json"));
    EXPECT_TRUE(mentions(mistakes, "--zero-mlp and --mean-mlp exclude each other"));
    EXPECT_EQ(mistakes.size(), 7U);
}

} // namespace
} // namespace grokscope
